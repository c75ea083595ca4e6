/**
 * What the attempts that the extension has recorded prove of an objective, beyond what k6's samples say: a 95 % interval,
 * and what the waits that the end of the test cut off leave open. Pure.
 */

import { percent, time } from './format.js';

/** @import { Evidence, PercentileEvidence, ShareEvidence } from 'k6/x/fwhz' */
/** @import { Limits } from './thresholds.js' */

/**
 * @typedef {object} Recorded an objective whose attempts are recorded
 * @property {string} slo its name
 * @property {string} of what is recorded
 * @property {number} [p] the percentile of a wait in the steady phase; without it, a share
 * @property {number} limit
 *
 * @typedef {object} Proof
 * @property {string} slo
 * @property {{low: number, high: number | null, n: number, users: number}} evidence the 95 % interval; without an upper end where there are too few waits
 * @property {'missed' | 'undecided' | ''} outcome what k6's samples do not show; empty when they show it
 * @property {string} why
 */

/**
 * The objectives of every load test that are recorded.
 *
 * @param {Limits} limits
 * @returns {Recorded[]}
 */
export function recorded(limits) {
    return [
        { slo: 'error rate', of: 'error_rate', limit: limits.ERROR_RATE_THRESHOLD },
        { slo: 'connection time', of: 'ws_connection_time', p: 95, limit: limits.WS_CONNECTION_TIME_P95 },
        { slo: 'response time', of: 'message_response_time', p: 90, limit: limits.MESSAGE_RESPONSE_TIME_P90 },
    ];
}

/**
 * @param {Recorded[]} objectives
 * @param {Evidence} evidence
 * @param {boolean} required the sample must prove on which side of its limit an objective is
 * @returns {Proof[]} of those of which something was recorded
 */
export function proofs(objectives, evidence, required) {
    return objectives.flatMap((objective) => {
        const found = objective.p === undefined ? evidence.share(objective.of) : evidence.percentile(objective.of, 'steady', objective.p);
        return found === null ? [] : [proof(objective, found, required)];
    });
}

/**
 * @param {Recorded} objective
 * @param {ShareEvidence | PercentileEvidence} found
 * @param {boolean} required
 * @returns {Proof}
 */
function proof({ slo, limit, p }, found, required) {
    const { low, high, n, users } = found;
    const shown = p === undefined ? percent : time;
    const proved = { slo, evidence: { low, high, n, users } };
    const cut = 'cut' in found ? cutOff(found, p, limit) : { outcome: /** @type {const} */ (''), why: '' };
    if (cut.outcome !== '') return { ...proved, ...cut };
    if (required && low <= limit && (high === null || limit <= high)) {
        return { ...proved, outcome: 'undecided', why: `${slo}: the 95% interval ${interval(proved.evidence, shown)} holds the limit ` +
            `${shown(limit)}, and EVIDENCE=require wants it outside: more turns of more users decide (DURATION, VUS)` };
    }
    return { ...proved, outcome: '', why: '' };
}

/**
 * What the waits that were cut off leave open. Each of them would have ended somewhere between that moment and never.
 *
 * @param {PercentileEvidence} found
 * @param {number | undefined} p
 * @param {number} limit
 * @returns {Pick<Proof, 'outcome' | 'why'>}
 */
function cutOff({ cut, n, atOnce, never }, p, limit) {
    if (cut === 0 || (never !== null && never < limit)) return { outcome: '', why: '' };
    const text = `${cut} of ${n} waits were cut off by the end of the test: had they ended at once, p(${p}) were ${atOnce === null ? 'never' : time(atOnce)}`;
    return atOnce === null || atOnce >= limit ? { outcome: 'missed', why: `${text}, not less than ${time(limit)}` }
        : { outcome: 'undecided', why: `${text}, and ${never === null ? 'without an end' : time(never)} had they never ended; the limit is ${time(limit)}` };
}

/**
 * An interval for people.
 *
 * @param {{low: number, high: number | null}} evidence
 * @param {(value: number) => string} shown
 */
export function interval({ low, high }, shown) {
    return high === null ? `from ${shown(low)} on` : `${shown(low)} to ${shown(high)}`;
}

/**
 * So many attempts that fail one after the other, up to the end of the run, are no chance: a server that just meets its
 * error rate shows them once in a million runs.
 *
 * @param {number} errorRate the limit
 */
export function silenceLimit(errorRate) {
    if (errorRate >= 1) return 1e6; // everything may fail
    return Math.min(1e6, Math.max(3, Math.ceil(-6 / Math.log10(errorRate))));
}
