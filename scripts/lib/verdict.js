/**
 * The verdict over a run: PASS, FAIL or INVALID, and why. Pure.
 *
 * PASS if and only if every threshold of k6 is met and the run went to its end, that is, when k6 exits with 0.
 */

import { time } from './format.js';
import { crossed, samples, sum } from './measured.js';
import { evaluate } from './slos.js';

/** @import { SummaryData } from './measured.js' */
/** @import { Limits } from './thresholds.js' */
/** @import { Slo } from './slos.js' */

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
 * @property {boolean} measured the frequency was measured, not only reported by the server
 * @property {0 | 99 | null} exitCode that k6 ends with; null when something else than thresholds decides it
 */

/**
 * @param {SummaryData} data
 * @param {Limits} limits
 * @param {number} planned ms from the start to the end of the last stage
 * @param {Slo[]} [more] what became of the objectives that only this script has
 * @returns {Verdict}
 */
export function judge(data, limits, planned, more = []) {
    const setup = /** @type {SetupData | undefined} */ (data.setup_data);
    const slos = [...evaluate(data, limits), ...more];
    const ran = data.state.testRunDurationMs - (setup?.setupTime ?? 0);
    const started = setup !== undefined || sum(data, 'hz_scrapes') > 0 || samples(data, 'error_rate') > 0;
    const run = {
        slos,
        started,
        complete: started && ran >= planned - SHORT,
        measured: samples(data, 'loop_longest_gap') > 0,
    };
    if (!started) {
        return { ...run, verdict: 'INVALID', reasons: ['the load was not started: the error line says why'], exitCode: null };
    }
    const { verdict, reasons } = decide(slos, crossed(data), run.complete ? '' : `the run ended after ${time(ran)} of ${time(planned)}`);
    const judged = verdict === 'PASS' && !run.measured
        ? ['every objective is met; the loop frequency is reported by the server, not measured'] : reasons;
    return { ...run, verdict, reasons: judged, exitCode: run.complete ? exitCode(data) : null };
}

/**
 * @param {Slo[]} slos
 * @param {string[]} crossedThresholds
 * @param {string} cutShort why the run is not whole; empty when it is
 * @returns {Pick<Verdict, 'verdict' | 'reasons'>}
 */
function decide(slos, crossedThresholds, cutShort) {
    const why = (/** @type {Slo['outcome']} */ outcome) => slos.filter((s) => s.outcome === outcome).map((s) => s.why);
    const failed = why('fail');
    const undecided = [cutShort, ...why('invalid')].filter((text) => text !== '');

    // A generator that is late makes a good server look bad, so nothing it says is held against the server.
    const generator = /** @type {Slo} */ (slos.find((s) => s.metric === 'generator_lag'));
    if (generator.outcome !== 'pass') {
        const rest = [...failed, ...undecided.filter((text) => text !== generator.why)];
        return { verdict: 'INVALID', reasons: [generator.why, ...rest] };
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
