/**
 * What became of each objective. Pure: summary data in, outcomes with their reasons out.
 *
 * An objective is `fail` only when the data proves that it was missed, and `invalid` when it can neither be said to be
 * met nor missed. The comparisons are those of thresholds.js, so that k6's exit code and this agree.
 */

import { distinct, hz, percent, plural, time } from './format.js';
import { samples, stat, sum } from './measured.js';
import { GOOD_WINDOWS, REASONS } from './thresholds.js';

/** @import { SummaryData } from './measured.js' */
/** @import { Limits } from './thresholds.js' */

/**
 * @typedef {object} Slo
 * @property {string} name
 * @property {'objective' | 'precondition'} kind a precondition missed makes the run say nothing; it is no one's failure
 * @property {string} [flow] the part of the scenario that it belongs to
 * @property {string} metric with its tags
 * @property {string} statistic
 * @property {number | null} value
 * @property {number} [low] the true value is not below this
 * @property {number} [high] the true value is not above this
 * @property {'<' | '<=' | '>' | '>='} relation that value and limit should have
 * @property {number} limit
 * @property {'ratio' | 'Hz' | 'ms' | ''} unit
 * @property {'pass' | 'fail' | 'invalid' | 'skipped'} outcome `skipped`: this source of the frequency cannot show it
 * @property {string} why
 */

/**
 * @param {SummaryData} data
 * @param {Limits} limits
 * @returns {Slo[]} in the order in which they are shown
 */
export function evaluate(data, limits) {
    return [
        errorRate(data, limits.ERROR_RATE_THRESHOLD),
        loopHz(data, limits.HZ_AVERAGE_THRESHOLD),
        goodWindows(data, limits.HZ_AVERAGE_THRESHOLD),
        longestGap(data, limits.LOOP_LONGEST_GAP),
        restarts(data, limits.LOOP_RESTARTS),
        latency(data, 'ws_connection_time', 'p(95)', limits.WS_CONNECTION_TIME_P95, 'connection was opened'),
        latency(data, 'message_response_time', 'p(90)', limits.MESSAGE_RESPONSE_TIME_P90, 'answer was completed'),
        generatorLag(data, limits.GENERATOR_LAG_P99),
        coverage(data, limits.HZ_COVERAGE),
    ];
}

/**
 * Failed turns by reason, the most frequent first.
 *
 * @param {SummaryData} data
 * @returns {{reason: string, count: number}[]}
 */
export function failures(data) {
    return REASONS.map((reason) => ({ reason, count: sum(data, `chat_failures{reason:${reason}}`) }))
        .filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
}

/**
 * @param {SummaryData} data
 * @param {number} limit
 * @returns {Slo}
 */
function errorRate(data, limit) {
    const value = stat(data, 'error_rate', 'rate');
    const slo = /** @type {const} */ ({ name: 'error rate', kind: 'objective', metric: 'error_rate', statistic: 'rate',
        relation: '<', limit, unit: 'ratio' });
    if (value === undefined) {
        return { ...slo, value: null, outcome: 'invalid', why: 'no turn was finished: there is nothing to judge' };
    }
    const { passes: failed } = data.metrics.error_rate.values; // k6 calls the ones of a Rate "passes"
    const share = `${distinct(value, limit, percent, 2)} of turns failed (${failed} of ${samples(data, 'error_rate')})`;
    if (value >= limit) {
        const reasons = failures(data).slice(0, 3).map(({ reason, count }) => `${reason} ${count}`).join(', ');
        return { ...slo, value, outcome: 'fail',
            why: `${share}, not less than ${percent(limit)}${reasons ? `: ${reasons}` : ''}` };
    }
    if (sum(data, 'chat_turns') === 0) {
        return { ...slo, value, outcome: 'invalid', why: 'no turn was finished: there is nothing to judge' };
    }
    return { ...slo, value, outcome: 'pass', why: `${share}, less than ${percent(limit)}` };
}

/**
 * @param {SummaryData} data
 * @param {number} limit
 * @returns {Slo}
 */
function loopHz(data, limit) {
    const value = stat(data, 'loop_hz{phase:steady}', 'avg');
    const slo = /** @type {const} */ ({ name: 'loop frequency', kind: 'objective', metric: 'loop_hz{phase:steady}',
        statistic: 'avg', relation: '>', limit, unit: 'Hz' });
    if (value === undefined) {
        return { ...slo, value: null, outcome: 'invalid', why: 'the loop frequency was not measured in the steady phase' };
    }
    // The gauges hold the bounds of the whole steady phase so far, so their last value is that of the phase. Without any
    // sample they are 0, as they are for a loop that stands still; the windows tell the two apart.
    const low = data.metrics['loop_hz_low{phase:steady}']?.values.value ?? 0;
    const high = data.metrics['loop_hz_high{phase:steady}']?.values.value ?? 0;
    const bounded = { ...slo, value, low, high };
    /** @param {number} x */
    const shown = (x) => distinct(x, limit, hz, 2);
    let text = `loop frequency ${shown(value)} Hz`;
    if (value < low || value > high) { // windows at the ends of the phase, which the bounds may leave out
        text = `loop frequency between ${shown(low)} and ${shown(high)} Hz, ${shown(value)} Hz as the mean of its windows,`;
    } else if (low < high) {
        text += ` (between ${shown(low)} and ${shown(high)})`;
    }
    if (low > limit && value > limit) return { ...bounded, outcome: 'pass', why: `${text} is above ${limit} Hz` };
    if (high === 0 && value > 0) {
        return { ...slo, value, outcome: 'invalid', why: 'the steady phase is too short to bound the loop frequency' };
    }
    if (high <= limit) return { ...bounded, outcome: 'fail', why: `${text} is not above ${limit} Hz` };
    return { ...bounded, outcome: 'invalid',
        why: `${text} is too close to ${limit} Hz to call: measure longer (DURATION), or from nearer to the server` };
}

/**
 * @param {SummaryData} data
 * @param {number} hzLimit
 * @returns {Slo}
 */
function goodWindows(data, hzLimit) {
    const metric = 'checks{type:hz}';
    const total = samples(data, metric);
    const slo = /** @type {const} */ ({ name: 'good windows', kind: 'objective', metric, statistic: 'rate',
        relation: '>', limit: GOOD_WINDOWS, unit: 'ratio' });
    if (total === 0) return { ...slo, value: null, outcome: 'invalid', why: 'no window of the loop was looked at' };
    const { passes, fails } = data.metrics[metric].values;
    const unread = samples(data, 'checks{type:hz,reading:none}');
    const value = passes / total;
    if (value > GOOD_WINDOWS) {
        return { ...slo, value, outcome: 'pass', why: `${passes} of ${plural(total, 'window')} not below ${hzLimit} Hz` };
    }
    if ((passes + unread) / total <= GOOD_WINDOWS) { // also if every window without a reading had been a good one
        return { ...slo, value, outcome: 'fail',
            why: `${fails - unread} of ${plural(total, 'window')} below ${hzLimit} Hz, more than ${percent(1 - GOOD_WINDOWS, 0)}` };
    }
    return { ...slo, value, outcome: 'invalid', why: `${unread} of ${plural(total, 'window')} without a reading of the loop` };
}

/**
 * @param {SummaryData} data
 * @param {number} limit
 * @returns {Slo}
 */
function longestGap(data, limit) {
    const value = stat(data, 'loop_longest_gap', 'max');
    const slo = /** @type {const} */ ({ name: 'longest standstill', kind: 'objective', metric: 'loop_longest_gap',
        statistic: 'max', relation: '<=', limit, unit: 'ms' });
    if (value === undefined) {
        return { ...slo, value: null, outcome: 'skipped', why: 'only a counter shows whether the loop stood still' };
    }
    const text = `longest standstill of the loop ${distinct(value, limit, time, 0)}`;
    return value <= limit
        ? { ...slo, value, outcome: 'pass', why: `${text}, not longer than ${time(limit)}` }
        : { ...slo, value, outcome: 'fail', why: `${text}, longer than ${time(limit)}` };
}

/**
 * @param {SummaryData} data
 * @param {number} limit
 * @returns {Slo}
 */
function restarts(data, limit) {
    const value = sum(data, 'loop_restarts');
    const slo = /** @type {const} */ ({ name: 'loop restarts', kind: 'objective', metric: 'loop_restarts',
        statistic: 'count', relation: '<=', limit, unit: '' });
    return value <= limit
        ? { ...slo, value, outcome: 'pass', why: `the loop was restarted ${plural(value, 'time')}` }
        : { ...slo, value, outcome: 'fail', why: `the loop was restarted ${plural(value, 'time')}, more than ${limit}` };
}

/**
 * @param {SummaryData} data
 * @param {'ws_connection_time' | 'message_response_time'} name
 * @param {string} statistic
 * @param {number} limit
 * @param {string} event
 * @returns {Slo}
 */
function latency(data, name, statistic, limit, event) {
    const metric = `${name}{phase:steady}`;
    const slo = /** @type {const} */ ({ name: name === 'ws_connection_time' ? 'connection time' : 'response time',
        kind: 'objective', metric, statistic, relation: '<', limit, unit: 'ms' });
    const value = stat(data, metric, statistic);
    if (value === undefined || !(data.metrics[metric].values.max > 0)) {
        return { ...slo, value: null, outcome: 'invalid', why: `no ${event} in the steady phase` };
    }
    const text = `${slo.name} ${statistic} ${distinct(value, limit, time, 0)}`;
    return value < limit
        ? { ...slo, value, outcome: 'pass', why: `${text}, less than ${time(limit)}` }
        : { ...slo, value, outcome: 'fail', why: `${text}, not less than ${time(limit)}` };
}

/**
 * @param {SummaryData} data
 * @param {number} limit
 * @returns {Slo}
 */
function generatorLag(data, limit) {
    const value = stat(data, 'generator_lag', 'p(99)');
    const slo = /** @type {const} */ ({ name: 'generator lag', kind: 'precondition', metric: 'generator_lag',
        statistic: 'p(99)', relation: '<=', limit, unit: 'ms' });
    if (value === undefined || !(data.metrics.generator_lag.values.max > 0)) {
        return { ...slo, value: null, outcome: 'invalid', why: 'it is not known whether the load generator kept up' };
    }
    const text = `the load generator woke up to ${distinct(value, limit, time, 0)} late (p99)`;
    return value <= limit
        ? { ...slo, value, outcome: 'pass', why: `${text}, not more than ${time(limit)}` }
        : { ...slo, value, outcome: 'invalid',
            why: `${text}, more than ${time(limit)}: what it measured may be its own weakness; lower VUS or give it more CPU` };
}

/**
 * @param {SummaryData} data
 * @param {number} limit
 * @returns {Slo}
 */
function coverage(data, limit) {
    const value = stat(data, 'hz_coverage', 'rate');
    const slo = /** @type {const} */ ({ name: 'loop coverage', kind: 'precondition', metric: 'hz_coverage',
        statistic: 'rate', relation: '>=', limit, unit: 'ratio' });
    if (value === undefined || sum(data, 'hz_scrapes') === 0) {
        return { ...slo, value: value ?? null, outcome: 'invalid', why: 'the loop was never read' };
    }
    const text = `the loop was measured in ${distinct(value, limit, percent, 1)} of the run`;
    return value >= limit
        ? { ...slo, value, outcome: 'pass', why: text }
        : { ...slo, value, outcome: 'invalid', why: `${text}, less than ${percent(limit, 1)}` };
}
