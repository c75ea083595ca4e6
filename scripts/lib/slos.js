/**
 * What became of each objective. Pure: summary data in, outcomes with their reasons out.
 *
 * An objective is `fail` only when the data proves that it was missed, and `invalid` when it can neither be said to be
 * met nor missed. The comparisons are those of thresholds.js, so that k6's exit code and this agree.
 */

import { distinct, hz, percent, plural, time } from './format.js';
import { samples, stat, sum } from './measured.js';
import { HZ_WINDOW } from './config.js';
import { silenceLimit } from './proof.js';
import { GENERATOR_FAILURES, REASONS, unseenLimit } from './thresholds.js';
import { allowedBelow, goodWindows } from './windows.js';

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
 * @property {boolean} [generator] it is about this machine: what is missed here is never held against the server
 * @property {{low: number, high: number | null, n: number, users: number}} [evidence] the 95 % interval of the true value, from so many attempts of so many users
 * @property {'pass' | 'fail' | 'invalid' | 'skipped'} outcome `skipped`: this source of the frequency cannot show it
 * @property {string} why
 */

/**
 * @param {SummaryData} data
 * @param {Limits} limits
 * @param {number} planned ms from the start to the end of the last stage
 * @returns {Slo[]} in the order in which they are shown
 */
export function evaluate(data, limits, planned) {
    return [
        errorRate(data, limits.ERROR_RATE_THRESHOLD),
        silence(data, limits.ERROR_RATE_THRESHOLD),
        loopHz(data, limits.HZ_AVERAGE_THRESHOLD),
        ...(limits.HZ_AVERAGE_MAXIMUM > 0 ? [loopHzMaximum(data, limits.HZ_AVERAGE_MAXIMUM)] : []),
        windows(data, limits.HZ_AVERAGE_THRESHOLD, Math.round(planned / HZ_WINDOW)),
        longestGap(data, limits.LOOP_LONGEST_GAP),
        restarts(data, limits.LOOP_RESTARTS),
        latency(data, 'ws_connection_time', 'p(95)', limits.WS_CONNECTION_TIME_P95, 'connection was opened'),
        latency(data, 'message_response_time', 'p(90)', limits.MESSAGE_RESPONSE_TIME_P90, 'answer was completed'),
        generatorLag(data, limits.GENERATOR_LAG_P99),
        generatorFailures(data),
        suspended(data),
        replicas(data),
        unseen(data, unseenLimit(limits), 'loop_unseen{phase:steady}', 'the steady phase'),
        unseen(data, unseenLimit(limits), 'loop_unseen', 'the run'),
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
 * Whether the end of the run was a silence.
 *
 * @param {SummaryData} data
 * @param {number} errorRate
 * @returns {Slo}
 */
function silence(data, errorRate) {
    const value = data.metrics.chat_silence?.values.value ?? 0;
    const limit = silenceLimit(errorRate);
    const slo = /** @type {const} */ ({ name: 'answers to the end', kind: 'objective', metric: 'chat_silence', statistic: 'value',
        value, relation: '<', limit, unit: '' });
    return value < limit
        ? { ...slo, outcome: 'pass', why: 'the chat answered to the end' }
        : { ...slo, outcome: 'fail', why: `the chat did not answer any more at the end: the last ${value} attempts all failed` };
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
 * The mean frequency of the steady phase with its bound, and how it is said beside a limit; undefined without a window.
 *
 * The gauges hold the bounds of the whole steady phase so far, so their last value is that of the phase. Without any sample
 * they are 0, as they are for a loop that stands still; the windows tell the two apart.
 *
 * @param {SummaryData} data
 * @param {number} limit
 */
function steadyHz(data, limit) {
    const value = stat(data, 'loop_hz{phase:steady}', 'avg');
    if (value === undefined) return undefined;
    const low = data.metrics['loop_hz_low{phase:steady}']?.values.value ?? 0;
    const high = data.metrics['loop_hz_high{phase:steady}']?.values.value ?? 0;
    /** @param {number} x */
    const shown = (x) => distinct(x, limit, hz, 2);
    let text = `loop frequency ${shown(value)} Hz`;
    if (value < low || value > high) { // windows at the ends of the phase, which the bounds may leave out
        text = `loop frequency between ${shown(low)} and ${shown(high)} Hz, ${shown(value)} Hz as the mean of its windows,`;
    } else if (low < high) {
        text += ` (between ${shown(low)} and ${shown(high)})`;
    }
    return { value, low, high, text };
}

/** What is said of a phase without a window. */
const UNMEASURED = 'the loop frequency was not measured in the steady phase';

/**
 * @param {string} text
 * @param {number} limit
 */
const tooClose = (text, limit) => `${text} is too close to ${limit} Hz to call: measure longer (DURATION), or from nearer to the server`;

/**
 * @param {SummaryData} data
 * @param {number} limit
 * @returns {Slo}
 */
function loopHz(data, limit) {
    const slo = /** @type {const} */ ({ name: 'loop frequency', kind: 'objective', metric: 'loop_hz{phase:steady}',
        statistic: 'avg', relation: '>', limit, unit: 'Hz' });
    const found = steadyHz(data, limit);
    if (found === undefined) return { ...slo, value: null, outcome: 'invalid', why: UNMEASURED };
    const { value, low, high, text } = found;
    const bounded = { ...slo, value, low, high };
    if (low > limit && value > limit) return { ...bounded, outcome: 'pass', why: `${text} is above ${limit} Hz` };
    if (high === 0 && value > 0) {
        return { ...slo, value, outcome: 'invalid', why: 'the steady phase is too short to bound the loop frequency' };
    }
    if (high <= limit) return { ...bounded, outcome: 'fail', why: `${text} is not above ${limit} Hz` };
    return { ...bounded, outcome: 'invalid', why: tooClose(text, limit) };
}

/**
 * A loop that was started twice turns too fast.
 *
 * @param {SummaryData} data
 * @param {number} limit
 * @returns {Slo}
 */
function loopHzMaximum(data, limit) {
    const slo = /** @type {const} */ ({ name: 'loop frequency maximum', kind: 'objective', metric: 'loop_hz_high{phase:steady}',
        statistic: 'value', relation: '<', limit, unit: 'Hz' });
    const found = steadyHz(data, limit);
    if (found === undefined) return { ...slo, value: null, outcome: 'invalid', why: UNMEASURED };
    const { value, low, high, text } = found;
    const bounded = { ...slo, value, low, high };
    if (high < limit && value < limit) return { ...bounded, outcome: 'pass', why: `${text} is below ${limit} Hz` };
    if (low >= limit) {
        return { ...bounded, outcome: 'fail', why: `${text} is not below ${limit} Hz: was the loop started twice?` };
    }
    return { ...bounded, outcome: 'invalid', why: tooClose(text, limit) };
}

/**
 * @param {SummaryData} data
 * @param {number} hzLimit
 * @param {number} planned windows of the whole run
 * @returns {Slo}
 */
function windows(data, hzLimit, planned) {
    const metric = 'checks{type:hz}';
    const total = samples(data, metric);
    const limit = goodWindows(planned);
    const slo = /** @type {const} */ ({ name: 'good windows', kind: 'objective', metric, statistic: 'rate',
        relation: '>', limit, unit: 'ratio' });
    if (total === 0) return { ...slo, value: null, outcome: 'invalid', why: 'no window of the loop was looked at' };
    const { passes, fails } = data.metrics[metric].values;
    const unread = samples(data, 'checks{type:hz,reading:none}');
    const value = passes / total;
    const below = `${fails - unread} of ${plural(total, 'window')} provably below ${hzLimit} Hz`;
    const allowed = `${allowedBelow(planned)} may be, for 5% and the luck of the draw`;
    if (value > limit) return { ...slo, value, outcome: 'pass', why: fails === unread ? below.replace(/^0/, 'none') : `${below}; ${allowed}` };
    if ((passes + unread) / total <= limit) { // also if every window without a reading had been a good one
        return { ...slo, value, outcome: 'fail', why: `${below}; ${allowed}` };
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
    const period = pagePeriod(data);
    if (value <= limit && period > limit) {
        return { ...slo, value: null, outcome: 'skipped',
            why: `the metrics page is a copy, renewed every ${time(period)}: a standstill shorter than that cannot be seen on it` };
    }
    return value <= limit
        ? { ...slo, value, outcome: 'pass', why: `${text}, not longer than ${time(limit)}` }
        : { ...slo, value, outcome: 'fail', why: `${text}, longer than ${time(limit)}` };
}

/**
 * How often the metrics page is renewed, in ms; 0 for a live one.
 *
 * @param {SummaryData} data
 */
export function pagePeriod(data) {
    return data.metrics.loop_page_period?.values.max ?? 0;
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
    const slo = /** @type {const} */ ({ name: 'generator lag', kind: 'precondition', metric: 'generator_lag', generator: true,
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
 * A precondition that is missed by a single occurrence.
 *
 * @param {number} value
 * @param {string} name
 * @param {string} metric
 * @param {{none: string, some: string, generator?: boolean}} words
 * @returns {Slo}
 */
function never(value, name, metric, { none, some, generator = false }) {
    const slo = /** @type {const} */ ({ name, kind: 'precondition', metric, generator, statistic: 'count', value, relation: '<', limit: 1, unit: '' });
    return value < 1 ? { ...slo, outcome: 'pass', why: none } : { ...slo, outcome: 'invalid', why: some };
}

/** @param {SummaryData} data */
function generatorFailures(data) {
    const value = sum(data, GENERATOR_FAILURES) + sum(data, 'generator_failures');
    return never(value, 'generator failures', 'chat_failures{reason:generator}', {
        none: 'the load generator had ports, files and memory enough', generator: true,
        some: `the load generator itself had no port, file or memory left ${plural(value, 'time')}: the log says which; ` +
            'raise that limit (./test-setup.sh), or lower VUS',
    });
}

/** @param {SummaryData} data */
function suspended(data) {
    const value = sum(data, 'generator_suspended');
    return never(value, 'generator awake', 'generator_suspended', {
        none: 'the load generator was awake all the time', generator: true,
        some: `the load generator slept or was paused ${plural(value, 'time')}: keep it awake, and measure again`,
    });
}

/** @param {SummaryData} data */
function replicas(data) {
    return never(sum(data, 'loop_replicas'), 'one loop', 'loop_replicas', {
        none: 'one process answered at METRICS_URL',
        some: 'several processes answer at METRICS_URL, each with a counter of its own: name one of them (METRICS_URL, or its labels in HZ_COUNTER)',
    });
}

/**
 * A loop that is out of sight at the end may stand still since then.
 *
 * @param {SummaryData} data
 * @param {number} limit
 * @param {string} metric
 * @param {string} of
 * @returns {Slo}
 */
function unseen(data, limit, metric, of) {
    const value = data.metrics[metric]?.values.value ?? 0;
    const slo = /** @type {const} */ ({ name: `loop seen to the end of ${of}`, kind: 'precondition', metric,
        statistic: 'value', value, relation: '<=', limit, unit: 'ms' });
    return value <= limit ? { ...slo, outcome: 'pass', why: `the loop was read to the end of ${of}` }
        : { ...slo, outcome: 'invalid', why: `the loop could not be read any more for the last ${time(value)} of ${of}: it may have stood still, or be gone` };
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
