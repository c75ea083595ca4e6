/**
 * The verdict over a run: PASS, FAIL or INVALID, and why. Pure.
 *
 * PASS if and only if every threshold of k6 is met and the run went to its end, that is, when k6 exits with 0.
 */

import { time } from './format.js';
import { crossed, samples, sum } from './measured.js';
import { evaluate, pagePeriod } from './slos.js';

/** @import { SummaryData } from './measured.js' */
/** @import { Limits } from './thresholds.js' */
/** @import { Slo } from './slos.js' */
/** @import { Proof } from './proof.js' */

/** How much shorter than planned a whole run may be, in ms: clocks and the last tick. */
const SHORT = 500;

/**
 * @typedef {object} SetupData what setup() hands on
 * @property {string} started when the load began, as ISO 8601
 * @property {number} setupTime ms that setup() took; k6 counts it as part of the run
 * @property {'counter' | 'gauge' | 'health'} source where the loop's frequency comes from
 *
 * @typedef {object} Verdict
 * @property {'PASS' | 'FAIL' | 'INVALID'} verdict
 * @property {string[]} reasons what decided it first; never empty
 * @property {Slo[]} slos
 * @property {boolean} started
 * @property {boolean} complete the run went to its planned end
 * @property {number} overtime ms that the run went on behind its last stage, until the last answer or time-out
 * @property {boolean} measured the frequency was measured, not only reported by the server
 * @property {0 | 99 | null} exitCode that k6 ends with; null when something else than thresholds decides it
 */

/**
 * @param {SummaryData} data
 * @param {Limits} limits
 * @param {number} planned ms from the start to the end of the last stage
 * @param {Slo[]} [more] what became of the objectives that only this script has
 * @param {Proof[]} [proved] what the recorded attempts prove
 * @returns {Verdict}
 */
export function judge(data, limits, planned, more = [], proved = []) {
    const setup = /** @type {SetupData | undefined} */ (data.setup_data);
    const slos = [...evaluate(data, limits, planned), ...more].map((slo) => withProof(slo, proved));
    const ran = data.state.testRunDurationMs - (setup?.setupTime ?? 0);
    const started = setup !== undefined || sum(data, 'hz_scrapes') > 0 || samples(data, 'error_rate') > 0;
    const run = {
        slos,
        started,
        complete: started && ran >= planned - SHORT,
        overtime: Math.max(0, ran - planned),
        measured: samples(data, 'loop_longest_gap') > 0,
    };
    if (!started) {
        return { ...run, verdict: 'INVALID', reasons: ['the load was not started: the error line says why'], exitCode: null };
    }
    const { verdict, reasons } = decide(slos, crossed(data), run.complete ? '' : `the run ended after ${time(ran)} of ${time(planned)}`);
    const judged = verdict === 'PASS' ? [`every objective is met${reservation(data, run.measured)}`] : reasons;
    return { ...run, verdict, reasons: judged, exitCode: run.complete ? exitCode(data) : null };
}

/**
 * What a reader of PASS must know about the frequency.
 *
 * @param {SummaryData} data
 * @param {boolean} measured
 */
function reservation(data, measured) {
    if (!measured) return '; the loop frequency is reported by the server, not measured';
    const period = pagePeriod(data);
    return period > 0 ? `; the metrics page is a copy, renewed every ${time(period)}` : '';
}

/**
 * An objective with what was recorded of it. What k6's samples do not show is added to its outcome, never taken from it:
 * a percentile of the answers that came leaves out those that were still awaited.
 *
 * @param {Slo} slo
 * @param {Proof[]} proved
 * @returns {Slo}
 */
function withProof(slo, proved) {
    const proof = proved.find((p) => p.slo === slo.name);
    if (!proof) return slo;
    const { evidence, outcome, why } = proof;
    if (outcome === 'missed') return { ...slo, evidence, outcome: 'fail', why: slo.outcome === 'fail' ? slo.why : why };
    if (outcome === 'undecided') return { ...slo, evidence, outcome: 'invalid', why };
    return { ...slo, evidence };
}

/**
 * @param {Slo[]} slos
 * @param {string[]} crossedThresholds
 * @param {string} cutShort why the run is not whole; empty when it is
 * @returns {Pick<Verdict, 'verdict' | 'reasons'>}
 */
function decide(slos, crossedThresholds, cutShort) {
    const why = (/** @type {Slo['outcome']} */ outcome) => [...new Set(slos.filter((s) => s.outcome === outcome).map((s) => s.why))];
    const failed = why('fail');
    const undecided = [cutShort, ...why('invalid')].filter((text) => text !== '');

    // A generator that is late, or out of ports, makes a good server look bad, so nothing it says is held against the server.
    const own = slos.filter(({ generator, outcome }) => generator && outcome !== 'pass').map((s) => s.why);
    if (own.length > 0) {
        const rest = [...failed, ...undecided.filter((text) => !own.includes(text))];
        return { verdict: 'INVALID', reasons: [...own, ...rest] };
    }
    if (failed.length > 0) return { verdict: 'FAIL', reasons: [...failed, ...undecided] };
    if (undecided.length > 0) return { verdict: 'INVALID', reasons: undecided };
    if (crossedThresholds.length > 0) { // cannot be, unless someone added a threshold: never say PASS with exit code 99
        return { verdict: 'INVALID', reasons: [`k6 found a threshold crossed: ${crossedThresholds.join(', ')}`] };
    }
    return { verdict: 'PASS', reasons: ['every objective is met'] };
}

/**
 * @param {SummaryData} data
 * @returns {0 | 99}
 */
function exitCode(data) {
    return crossed(data).length === 0 ? 0 : 99;
}
