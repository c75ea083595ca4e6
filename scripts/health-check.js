/**
 * Is everything there that a load test needs? One line for each thing, and exit code 99 if a required one is down.
 *
 *   k6 run --quiet scripts/health-check.js
 */

import { check } from 'k6';
import http from 'k6/http';
import { ChatClient, HzSampler } from 'k6/x/fwhz';

import { authorization, chatOptions, loopOptions } from './lib/clients.js';
import { readConfig, refusingInOneLine, withoutPassword } from './lib/config.js';
import { withEnvFile } from './lib/env-file.js';
import { time } from './lib/format.js';
import { healthJson, healthJunit, healthMarkdown } from './lib/health-files.js';
import { healthText, loopHealth } from './lib/health.js';
import { READERS } from './lib/variables.js';

/** @import { Look } from './lib/health.js' */

const { config, loop, client } = refusingInOneLine(() => {
    const values = readConfig(withEnvFile(__ENV), READERS.HEALTH);
    return {
        config: values, loop: new HzSampler(loopOptions(values)), client: new ChatClient(values.chatUrl, chatOptions(values)),
    };
});

export const options = {
    vus: 1,
    iterations: 1,
    thresholds: { checks: ['rate>=1'], iterations: ['count>0'] }, // k6 lets an empty rate pass
    setupTimeout: `${config.CONNECT_TIMEOUT + config.RESPONSE_TIMEOUT + 6 * config.HTTP_TIMEOUT + 10000}ms`,
};

/**
 * Looks at everything: handleSummary can print only what setup() returned.
 *
 * @returns {Look[]}
 */
export function setup() {
    const metrics = readMetrics();
    return [
        ask('API', `${config.BASE_URL}/health`, true),
        askChat(),
        metrics,
        ...(metrics.ok ? [watchLoop()] : []),
        talk(),
        ask('Prometheus', `${config.PROMETHEUS_URL}/-/healthy`, false),
        ask('Grafana', `${config.GRAFANA_URL}/api/health`, false),
    ];
}

/** @param {Look[]} looks */
export default function judge(looks) {
    for (const look of looks) {
        if (look.required) check(look, { [`${look.name} is healthy`]: (l) => l.ok });
    }
}

/**
 * @param {{setup_data?: Look[], state: {isStdOutTTY: boolean}, options: {noColor: boolean}}} data
 */
export function handleSummary(data) {
    const looks = data.setup_data ?? [];
    const json = healthJson(looks, new Date());
    // Not the default of SUMMARY_FILE, which is where the last load test left its result.
    const file = __ENV.SUMMARY_FILE ? config.SUMMARY_FILE : '';
    return {
        stdout: healthText(looks, data.state.isStdOutTTY && !data.options.noColor),
        ...(file === '' ? {} : { [file]: `${JSON.stringify(json, null, 2)}\n` }),
        ...(config.JUNIT_FILE === '' ? {} : { [config.JUNIT_FILE]: healthJunit(json) }),
        ...(config.REPORT_FILE === '' ? {} : { [config.REPORT_FILE]: healthMarkdown(json) }),
    };
}

/**
 * One GET.
 *
 * @param {string} name
 * @param {string} url
 * @param {boolean} required
 * @returns {Look}
 */
function ask(name, url, required) {
    const look = { name, target: withoutPassword(url), required };
    try {
        const response = http.get(url, /** @type {object} */ ({
            timeout: config.HTTP_TIMEOUT,
            headers: required ? authorization(config.AUTH_HEADER) : {}, // the monitoring has no business with it
            throw: true, // otherwise k6 logs the failure as well
        }));
        return { ...look, ok: response.status === 200, latency: response.timings.duration,
            status: `${response.status_text}${response.status === 200 ? '' : complaint(response.body)}` };
    } catch (error) {
        return { ...look, ok: false, latency: null,
            status: required ? reason(error) : 'not running (optional)' };
    }
}

/** The chat has /healthz; stand-ins and gateways often have /health only. */
function askChat() {
    const look = ask('chat', `${config.CHAT_ORCHESTRATOR_URL}/healthz`, true);
    return look.status.startsWith('404') ? ask('chat', `${config.CHAT_ORCHESTRATOR_URL}/health`, true) : look;
}

/** @returns {Look} */
function readMetrics() {
    const start = Date.now();
    const reading = loop.probe();
    return {
        name: 'metrics', target: withoutPassword(config.METRICS_URL), required: true, ok: reading.ok,
        latency: reading.ok ? Date.now() - start : null,
        status: reading.ok ? `source ${reading.source}` : `${reading.error?.message}`,
    };
}

/** @returns {Look} */
function watchLoop() {
    const seen = loop.next();
    return {
        name: 'loop', target: `above ${config.HZ_AVERAGE_THRESHOLD} Hz`, required: true,
        latency: seen.elapsed > 0 ? seen.elapsed : null, ...loopHealth(seen, config.HZ_AVERAGE_THRESHOLD),
    };
}

/**
 * A handshake and one streamed answer.
 *
 * @returns {Look}
 */
function talk() {
    const look = { name: 'WebSocket', target: withoutPassword(config.chatUrl), required: true };
    const session = client.connect();
    if (!session.ok) return { ...look, ok: false, latency: null, status: `${session.error?.message}` };
    const reply = session.ask('Are you there?', { userId: 'health-check' });
    session.close();
    return {
        ...look, ok: reply.ok, latency: session.connectTime,
        status: reply.ok ? `streamed ${reply.tokens} tokens in ${time(reply.duration ?? 0)}` : `${reply.error?.message}`,
    };
}

/**
 * What a service says of its trouble, if it says it in JSON.
 *
 * @param {unknown} body
 */
function complaint(body) {
    try {
        const { error } = JSON.parse(`${body}`);
        return typeof error === 'string' ? `: ${error}` : '';
    } catch {
        return '';
    }
}

/**
 * The last word of a network error, without the request before it.
 *
 * @param {unknown} error
 */
function reason(error) {
    const text = error instanceof Error ? error.message : `${error}`;
    return text.replace(/^.*": /, '').replace(/^dial tcp \S+ /, '');
}
