/**
 * Requests of the HTTP API. One that fails does not throw: it comes back as an Answer with the reason.
 */

import exec from 'k6/execution';
import http from 'k6/http';
import { evidence } from 'k6/x/fwhz';

/** @import { Config } from 'k6/x/fwhz' */

/**
 * @typedef {object} Answer
 * @property {boolean} ok
 * @property {number} status 0 when nothing came back
 * @property {any} body parsed JSON; undefined when it is none
 * @property {number} time ms from the request to the last byte of the answer
 * @property {string} why what is wrong with it; empty when nothing is
 *
 * @typedef {object} Call
 * @property {'GET' | 'POST'} method
 * @property {string} path
 * @property {string} [name] of the samples, when the path holds an id
 * @property {object} [json] the body
 * @property {object} [form] the body as a multipart form, instead of json
 * @property {string} [token] of the user
 * @property {number[]} [statuses] that are expected, when not only 2xx are
 */

/** Only these count as success; k6 itself would also take a redirect to some login page for one. */
const SUCCESS = http.expectedStatuses({ min: 200, max: 299 });

export class Requests {
    /** @param {Config} config */
    constructor(config) {
        http.setResponseCallback(SUCCESS);
        this.config = config;
    }

    /**
     * @param {Call} call
     * @returns {Answer}
     */
    call(call) {
        const [method, url, body, params] = this.request(call);
        return answerTo(call, http.request(method, url, body, params));
    }

    /**
     * Calls at the same time, as far as CONNECTION_POOL_SIZE allows.
     *
     * @param {Call[]} calls
     * @returns {Answer[]}
     */
    callAll(calls) {
        const responses = http.batch(calls.map((call) => this.request(call)));
        return calls.map((call, i) => answerTo(call, responses[i]));
    }

    /**
     * @param {Call} call
     * @returns {[method: string, url: string, body: any, params: import('k6/http').Params]}
     */
    request({ method, path, name = path, json, form, token, statuses }) {
        const headers = token ? authorization(`Bearer ${token}`) : authorization(this.config.AUTH_HEADER);
        if (json) headers['Content-Type'] = 'application/json'; // k6 would send an object as a form, whatever the header says
        return [method, this.config.BASE_URL + path, json ? JSON.stringify(json) : (form ?? null), {
            headers,
            timeout: this.config.HTTP_TIMEOUT,
            tags: { name: `${method} ${name}` },
            responseCallback: statuses ? http.expectedStatuses(...statuses) : SUCCESS,
        }];
    }
}

/**
 * @param {Call} call
 * @param {import('k6/http').Response} response
 * @returns {Answer}
 */
function answerTo({ method, path, name = path, statuses }, response) {
    const { status } = response;
    const ok = statuses ? statuses.includes(status) : status >= 200 && status < 300;
    if (ok || !evidence.isOwnFault(response.error)) record(ok, response.timings.duration);
    return {
        ok,
        status,
        body: parsed(response.body),
        time: response.timings.duration,
        why: ok ? '' : `${method} ${name}: ${response.error || response.status_text}`,
    };
}

/**
 * Requests of setup() are nobody's.
 *
 * @param {boolean} ok
 * @param {number} time ms
 */
function record(ok, time) {
    if (exec.vu.idInTest === 0) return;
    evidence.attempt('http_req_failed', !ok);
    evidence.wait('http_req_duration', time);
}

/** @param {unknown} text */
function parsed(text) {
    try {
        return JSON.parse(String(text));
    } catch {
        return undefined;
    }
}

/**
 * A header; an empty one is not the same as none.
 *
 * @param {string} value
 * @returns {Record<string, string>}
 */
export const authorization = (value) => (value === '' ? {} : { Authorization: value });
