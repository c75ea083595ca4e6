/**
 * The configuration of a script: the variables of the table, read from the environment, checked and completed.
 */

import { handshakeProblems } from './chat-handshake.js';
import { durationText, KINDS } from './kinds.js';
import { VARIABLES } from './variables.js';

/** @import { Variable } from './variables.js' */

/**
 * @typedef {{ duration: number, int: number, number: number, ratio: number, bool: boolean, url: string,
 *   enum: string, string: string, path: string, series: string }} ValueOf what a value of each kind becomes; durations are milliseconds
 * @typedef {{ [V in Variable as V['name']]: ValueOf[V['kind']] }} Values
 * @typedef {Values & { chatUrl: string }} Config the variables under their own names, and what follows from them
 * @typedef {Record<string, string | undefined>} Env
 */

/** How long one window of loop measurement is, in ms. */
export const HZ_WINDOW = 1000;

/**
 * Reads and checks what `script` uses. Throws one Error that names everything that is wrong.
 *
 * @param {Env} env
 * @param {string} script one of READERS
 * @returns {Config}
 */
export function readConfig(env, script) {
    const problems = [];
    /** @type {Record<string, any>} */
    const values = {};
    for (const variable of VARIABLES) {
        const text = textOf(env, variable);
        const value = text === '' ? '' : KINDS[variable.kind].parse(text, variable);
        values[variable.name] = value;
        if (value === undefined && /** @type {readonly string[]} */ (variable.readers).includes(script)) {
            problems.push(refusal(variable, text));
        }
    }
    if (problems.length === 0) {
        derive(values);
        problems.push(...contradictions(/** @type {Config} */ (values), script), ...handshakeProblems(/** @type {Config} */ (values)));
    }
    if (problems.length > 0) throw new Error(problems.join('; '));
    return /** @type {Config} */ (values);
}

/**
 * What `make` makes. A refusal is thrown as a string: k6 prints that as one line, and an Error with its stack.
 *
 * @template T
 * @param {() => T} make
 * @returns {T}
 */
export function refusingInOneLine(make) {
    try {
        return make();
    } catch (error) {
        throw /** @type {Error} */ (error).message;
    }
}

/**
 * @param {Env} env
 * @param {Variable} variable
 */
function textOf(env, variable) {
    const text = env[variable.name];
    if (text === undefined) return variable.default;
    return text.trim() === '' && !('emptyIsValue' in variable) ? variable.default : text.trim();
}

/**
 * @param {Variable} variable
 * @param {string} text
 */
function refusal(variable, text) {
    const shown = 'secret' in variable ? '(hidden)' : `"${withoutPassword(text)}"`;
    return `${variable.name}=${shown} is not allowed: ${KINDS[variable.kind].allowed(variable)} (${variable.meaning})`;
}

/**
 * Sets what is not set but follows from other variables.
 *
 * @param {Record<string, any>} c
 */
function derive(c) {
    c.CHAT_ORCHESTRATOR_URL ||= /^wss?:\/\/[^/]+/.exec(c.WS_URL)?.[0].replace(/^ws/, 'http');
    c.METRICS_URL ||= c.HZ_SOURCE === 'health' ? `${c.CHAT_ORCHESTRATOR_URL}/healthz` : `${c.BASE_URL}/metrics`;
    c.chatUrl = c.WS_URL + c.CHAT_PATH;
}

/**
 * What is wrong with values that are each allowed by themselves.
 *
 * @param {Config} c
 * @param {string} script
 */
function contradictions(c, script) {
    /** @type {[broken: boolean, names: (keyof Values)[], message: string][]} */
    const rules = [
        [c.THINK_MIN > c.THINK_MAX, ['THINK_MIN', 'THINK_MAX'],
            'THINK_MIN is longer than THINK_MAX: raise THINK_MAX or lower THINK_MIN'],
        [HZ_WINDOW % c.HZ_INTERVAL !== 0, ['HZ_INTERVAL'],
            `HZ_INTERVAL=${durationText(c.HZ_INTERVAL)} does not fit into a second a whole number of times: take 50ms, 100ms, 200ms, 250ms or 500ms`],
        [c.HZ_AVERAGE_MAXIMUM > 0 && c.HZ_AVERAGE_MAXIMUM <= c.HZ_AVERAGE_THRESHOLD, ['HZ_AVERAGE_MAXIMUM', 'HZ_AVERAGE_THRESHOLD'],
            `HZ_AVERAGE_MAXIMUM=${c.HZ_AVERAGE_MAXIMUM} must be above HZ_AVERAGE_THRESHOLD=${c.HZ_AVERAGE_THRESHOLD}: ` +
            'raise it, or set it to 0 for no upper limit'],
        [c.CONNECT_TIMEOUT <= c.WS_CONNECTION_TIME_P95, ['CONNECT_TIMEOUT', 'WS_CONNECTION_TIME_P95'],
            `CONNECT_TIMEOUT=${durationText(c.CONNECT_TIMEOUT)} must be longer than WS_CONNECTION_TIME_P95=${c.WS_CONNECTION_TIME_P95} ms: ` +
            'slower connections would be given up and never reach the percentile'],
        [c.RESPONSE_TIMEOUT <= c.MESSAGE_RESPONSE_TIME_P90, ['RESPONSE_TIMEOUT', 'MESSAGE_RESPONSE_TIME_P90'],
            `RESPONSE_TIMEOUT=${durationText(c.RESPONSE_TIMEOUT)} must be longer than MESSAGE_RESPONSE_TIME_P90=${c.MESSAGE_RESPONSE_TIME_P90} ms: ` +
            'slower answers would be given up and never reach the percentile'],
    ];
    const used = new Set(VARIABLES.filter((v) => /** @type {readonly string[]} */ (v.readers).includes(script))
        .map((v) => v.name));
    return rules.filter(([broken, names]) => broken && names.every((name) => used.has(name)))
        .map(([, , message]) => message);
}

/**
 * The variables that `script` uses, fit to be shown: durations as text, secrets hidden.
 *
 * @param {Config} config
 * @param {string} script
 * @returns {Record<string, string | number | boolean>}
 */
export function shownConfig(config, script) {
    /** @type {Record<string, string | number | boolean>} */
    const shown = {};
    for (const variable of VARIABLES) {
        if (!(/** @type {readonly string[]} */ (variable.readers).includes(script))) continue;
        const value = config[variable.name];
        if ('secret' in variable) shown[variable.name] = value === '' ? '' : '(hidden)';
        else if (variable.kind === 'duration') shown[variable.name] = durationText(/** @type {number} */ (value));
        else shown[variable.name] = typeof value === 'string' ? withoutPassword(value) : value;
    }
    return shown;
}

/**
 * A URL without what may be secret in it: user, password and the values of its query.
 *
 * @param {string} text
 */
export function withoutPassword(text) {
    if (!/^[a-z]+:\/\//.test(text)) return text;
    return text.replace(/\/\/[^/@\s]*@/, '//').replace(/([?&][^=&]*=)[^&]*/g, '$1...');
}

/**
 * Names in the environment that look like a slip for a variable of the table, such as HZ_SORCE. They would be ignored
 * silently. Names of other programs are in the environment too, so this can only be a warning.
 *
 * @param {Env} env
 * @returns {{name: string, meant: string}[]}
 */
export function likelySlips(env) {
    const known = VARIABLES.map((v) => v.name);
    const slips = [];
    for (const name of Object.keys(env)) {
        if (name.length < 5 || /** @type {string[]} */ (known).includes(name)) continue;
        const meant = known.find((candidate) => isOneSlipAway(name, candidate));
        if (meant) slips.push({ name, meant });
    }
    return slips;
}

/**
 * One letter too many, too few, wrong, or two neighbours swapped; another case of letters; one S at the end.
 *
 * @param {string} a
 * @param {string} b
 */
function isOneSlipAway(a, b) {
    if (a.toUpperCase() === b) return true;
    const [short, long] = a.length <= b.length ? [a, b] : [b, a];
    if (long.length - short.length > 1) return false;
    let i = 0;
    while (i < short.length && short[i] === long[i]) i += 1;
    if (short.length < long.length) return short.slice(i) === long.slice(i + 1);
    if (short.slice(i + 1) === long.slice(i + 1)) return true;
    return short[i] === long[i + 1] && short[i + 1] === long[i] && short.slice(i + 2) === long.slice(i + 2);
}
