/**
 * What became of the objectives of the flows. Pure: summary data in, outcomes with their reasons out, as in slos.js.
 */

import { CONNECTION_ERRORS, FAILED_REQUESTS, flowObjectives, RECORDED_REQUESTS, REQUESTS, REQUEST_TIME, runsOf, steady } from './flows.js';
import { distinct, NOTHING, percent, plural, time } from './format.js';
import { samples, stat, sum } from './measured.js';

/** @import { Flow, Scenario, Speed } from './flows.js' */
/** @import { SummaryData } from './measured.js' */
/** @import { Recorded } from './proof.js' */
/** @import { Slo } from './slos.js' */

/**
 * What became of the objectives of a scenario.
 *
 * @param {SummaryData} data
 * @param {Scenario} scenario
 * @returns {Slo[]}
 */
export function evaluateFlows(data, { flows, failedRequests }) {
    return [
        ...flows.flatMap((flow) => [failuresOf(data, flow), ...(flow.speed ? [speedOf(data, flow, flow.speed)] : [])]),
        failedShare(data, failedRequests),
        requestTime(data),
        atMost(data, 'connection errors', 'ws_connection_errors', CONNECTION_ERRORS,
            (count) => `${plural(count, 'WebSocket connection')} could not be opened or got lost`),
        atMost(data, 'script exceptions', 'script_exceptions', 1,
            (count) => `${plural(count, 'iteration')} ended with an exception of the script`),
    ];
}

/**
 * @param {SummaryData} data
 * @param {Flow} flow
 * @returns {Slo}
 */
function failuresOf(data, flow) {
    const { name, failures, limit } = flow;
    const slo = /** @type {const} */ ({ name: `${name} failures`, flow: name, kind: 'objective', metric: failures,
        statistic: 'rate', relation: '<', limit, unit: 'ratio' });
    const value = stat(data, failures, 'rate');
    if (value === undefined || sum(data, runsOf(flow)) === 0) {
        return { ...slo, value: value ?? null, outcome: 'invalid',
            why: `flow ${name} never came to an end: there is nothing to judge` };
    }
    const { passes: failed } = data.metrics[failures].values; // k6 calls the ones of a Rate "passes"
    const text = `flow ${name}: ${distinct(value, limit, percent, 2)} failed (${failed} of ${samples(data, failures)})`;
    return value < limit
        ? { ...slo, value, outcome: 'pass', why: `${text}, less than ${percent(limit)}` }
        : { ...slo, value, outcome: 'fail', why: `${text}, not less than ${percent(limit)}` };
}

/**
 * @param {SummaryData} data
 * @param {Flow} flow
 * @param {Speed} speed
 * @returns {Slo}
 */
function speedOf(data, { name }, speed) {
    return latency(data, { name: `${name} time`, flow: name }, steady(speed), speed.statistic, speed.limit,
        { what: `flow ${name}: ${speed.statistic}`, none: `flow ${name} never succeeded in the steady phase` });
}

/**
 * @param {SummaryData} data
 * @returns {Slo}
 */
function requestTime(data) {
    return latency(data, { name: 'request time' }, REQUESTS, 'p(95)', REQUEST_TIME,
        { what: 'HTTP request time p(95)', none: 'there was no HTTP request in the steady phase' });
}

/**
 * @param {SummaryData} data
 * @param {{name: string, flow?: string}} names
 * @param {string} metric
 * @param {'p(90)' | 'p(95)'} statistic
 * @param {number} limit
 * @param {{what: string, none: string}} text
 * @returns {Slo}
 */
function latency(data, names, metric, statistic, limit, { what, none }) {
    const slo = /** @type {const} */ ({ ...names, kind: 'objective', metric, statistic, relation: '<', limit, unit: 'ms' });
    const value = stat(data, metric, statistic);
    if (value === undefined || !(data.metrics[metric].values.max > 0)) {
        return { ...slo, value: null, outcome: 'invalid', why: none };
    }
    const text = `${what} ${distinct(value, limit, time, 0)}`;
    return value < limit
        ? { ...slo, value, outcome: 'pass', why: `${text}, less than ${time(limit)}` }
        : { ...slo, value, outcome: 'fail', why: `${text}, not less than ${time(limit)}` };
}

/**
 * @param {SummaryData} data
 * @param {number} limit
 * @returns {Slo}
 */
function failedShare(data, limit) {
    const slo = /** @type {const} */ ({ name: 'failed requests', kind: 'objective', metric: FAILED_REQUESTS,
        statistic: 'rate', relation: '<', limit, unit: 'ratio' });
    const value = stat(data, FAILED_REQUESTS, 'rate');
    if (value === undefined) return { ...slo, value: null, outcome: 'invalid', why: 'there was no HTTP request' };
    const text = `${distinct(value, limit, percent, 2)} of HTTP requests failed`;
    return value < limit
        ? { ...slo, value, outcome: 'pass', why: `${text}, less than ${percent(limit)}` }
        : { ...slo, value, outcome: 'fail', why: `${text}, not less than ${percent(limit)}` };
}

/**
 * @param {SummaryData} data
 * @param {string} name
 * @param {string} metric
 * @param {number} limit
 * @param {(count: number) => string} text
 * @returns {Slo}
 */
function atMost(data, name, metric, limit, text) {
    const value = sum(data, metric);
    const slo = /** @type {const} */ ({ name, kind: 'objective', metric, statistic: 'count', relation: '<', limit, unit: '' });
    return value < limit
        ? { ...slo, value, outcome: 'pass', why: text(value) }
        : { ...slo, value, outcome: 'fail', why: `${text(value)}, not less than ${limit}` };
}

/**
 * What the flows were like, one row each.
 *
 * @param {SummaryData} data
 * @param {Scenario} scenario
 * @returns {string[][]}
 */
export function flowRows(data, { flows }) {
    return [
        ['flow', 'done', 'failed', 'avg', 'p95', 'max'],
        ...flows.map((flow) => {
            const metric = flow.speed ? steady(flow.speed) : 'message_response_time{phase:steady}';
            const times = ['avg', 'p(95)', 'max'].map((statistic) => stat(data, metric, statistic));
            return [flow.name, String(samples(data, flow.failures)), String(data.metrics[flow.failures]?.values.passes ?? 0),
                ...times.map((value) => (value === undefined ? NOTHING : time(value)))];
        }),
    ];
}

/**
 * The objectives of the flows that are recorded, see proof.js.
 *
 * @param {Scenario} scenario
 * @returns {Recorded[]}
 */
export function recordedFlows({ flows, failedRequests }) {
    return [
        ...flows.flatMap(({ name, failures, limit, speed }) => [
            { slo: `${name} failures`, of: failures, limit },
            ...(speed ? [{ slo: `${name} time`, of: speed.metric, p: percentileOf(speed.statistic), limit: speed.limit }] : []),
        ]),
        { slo: 'failed requests', of: RECORDED_REQUESTS.failed, limit: failedRequests },
        { slo: 'request time', of: RECORDED_REQUESTS.time, p: 95, limit: REQUEST_TIME },
    ];
}

/** @param {'p(90)' | 'p(95)'} statistic */
const percentileOf = (statistic) => Number(statistic.slice(2, -1));

/**
 * What a scenario adds to thresholds, verdict and summary.
 *
 * @param {Scenario} scenario
 */
export function moreOf(scenario) {
    return {
        objectives: flowObjectives(scenario),
        recorded: recordedFlows(scenario),
        evaluate: (/** @type {SummaryData} */ data) => evaluateFlows(data, scenario),
        rows: (/** @type {SummaryData} */ data) => flowRows(data, scenario),
    };
}
