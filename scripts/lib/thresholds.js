/**
 * What k6 itself decides: the thresholds from which the exit code comes. Each objective stands with a guard, because
 * k6 lets an empty Rate pass every threshold and takes an empty Trend as 0.
 */

import { HZ_WINDOW } from './config.js';
import { PHASES } from './phases.js';
import { silenceLimit } from './proof.js';
import { goodWindows } from './windows.js';

/** Failure reasons of a turn, as the extension tags them. */
export const REASONS = ['dial', 'handshake', 'connect_timeout', 'response_timeout', 'closed', 'reset', 'server_error',
    'protocol', 'generator'];

/** What this machine could not do is no failure of the server. */
export const GENERATOR_FAILURES = 'chat_failures{reason:generator}';

/** How long the loop may be out of sight at the end of a phase, in ms: a window, or as long as it may stand still. */
export const unseenLimit = (/** @type {{LOOP_LONGEST_GAP: number}} */ { LOOP_LONGEST_GAP }) =>
    Math.max(HZ_WINDOW, LOOP_LONGEST_GAP);

/**
 * @typedef {Pick<import('./config.js').Values, 'ERROR_RATE_THRESHOLD' | 'HZ_AVERAGE_THRESHOLD' |
 *   'HZ_AVERAGE_MAXIMUM' | 'WS_CONNECTION_TIME_P95' | 'MESSAGE_RESPONSE_TIME_P90' | 'LOOP_LONGEST_GAP' | 'LOOP_RESTARTS' |
 *   'GENERATOR_LAG_P99' | 'HZ_COVERAGE'>} Limits
 */

/**
 * The objectives and their guards.
 *
 * @param {Limits} limits
 * @param {number} planned ms from the start to the end of the last stage
 * @returns {Record<string, string[]>}
 */
export function objectives(limits, planned) {
    const { HZ_AVERAGE_MAXIMUM: most } = limits;
    return {
        // Of every attempted turn of the whole run; an error in a ramp is an error too.
        error_rate: [`rate<${limits.ERROR_RATE_THRESHOLD}`],
        chat_turns: ['count>0'],
        // Not one answer after some moment, to the end.
        chat_silence: [`value<${silenceLimit(limits.ERROR_RATE_THRESHOLD)}`],
        // Speed is judged where the load is the promised one.
        'ws_connection_time{phase:steady}': [`p(95)<${limits.WS_CONNECTION_TIME_P95}`, 'max>0'],
        'message_response_time{phase:steady}': [`p(90)<${limits.MESSAGE_RESPONSE_TIME_P90}`, 'max>0'],
        // The average of the windows, and the lower end of what the average can have been: both above the limit.
        'loop_hz{phase:steady}': [`avg>${limits.HZ_AVERAGE_THRESHOLD}`, ...(most > 0 ? [`avg<${most}`] : [])],
        'loop_hz_low{phase:steady}': [`value>${limits.HZ_AVERAGE_THRESHOLD}`],
        ...(most > 0 ? { 'loop_hz_high{phase:steady}': [`value<${most}`] } : {}),
        'checks{type:hz}': [`rate>${goodWindows(Math.round(planned / HZ_WINDOW))}`],
        // A loop that stands still or is started anew at any time of the run.
        loop_longest_gap: [`max<=${limits.LOOP_LONGEST_GAP}`],
        loop_restarts: [`count<=${limits.LOOP_RESTARTS}`],
        // Whether the run says anything at all.
        hz_scrapes: ['count>0'],
        hz_coverage: [`rate>=${limits.HZ_COVERAGE}`],
        generator_lag: [`p(99)<=${limits.GENERATOR_LAG_P99}`, 'max>0'],
        [GENERATOR_FAILURES]: ['count<1'],
        generator_failures: ['count<1'],
        generator_suspended: ['count<1'],
        loop_replicas: ['count<1'],
        loop_unseen: [`value<=${unseenLimit(limits)}`],
        'loop_unseen{phase:steady}': [`value<=${unseenLimit(limits)}`],
        // What only the whole run shows, see proof.js.
        slo_missed: ['count<1'],
        slo_undecided: ['count<1'],
    };
}

/**
 * Thresholds that are always met and are nobody's objective. k6 hands a metric with tags to handleSummary only if a
 * threshold names it; these name what the summary shows phase by phase and reason by reason.
 *
 * @returns {Record<string, string[]>}
 */
export function summaryOnly() {
    /** @type {Record<string, string[]>} */
    const named = {
        'checks{type:hz,reading:none}': ['rate>=0'], // windows without a reading: they fail the check, but prove nothing
        loop_hz: ['max>=0'],
        loop_page_period: ['value>=0'],
        ws_connection_time: ['max>=0'],
        message_response_time: ['max>=0'],
    };
    for (const phase of PHASES) {
        for (const trend of ['loop_hz', 'ws_connection_time', 'message_response_time', 'chat_ttft', 'chat_itl']) {
            named[`${trend}{phase:${phase}}`] = ['max>=0'];
        }
        for (const gauge of ['loop_hz_low', 'loop_hz_high', 'loop_counter_from', 'loop_counter_to', 'ws_connected']) {
            named[`${gauge}{phase:${phase}}`] = ['value>=0'];
        }
        named[`chat_turns{phase:${phase}}`] = ['count>=0'];
        named[`chat_interrupted{phase:${phase}}`] = ['count>=0'];
        named[`error_rate{phase:${phase}}`] = ['rate>=0'];
    }
    for (const reason of REASONS) named[`chat_failures{reason:${reason}}`] = ['count>=0'];
    return named;
}

/**
 * All thresholds of the run.
 *
 * @param {Limits} limits
 * @param {number} planned ms from the start to the end of the last stage
 * @returns {Record<string, string[]>}
 */
export function thresholds(limits, planned) {
    return { ...summaryOnly(), ...objectives(limits, planned) };
}

/** What handleSummary needs to know of a Trend. */
export const TREND_STATS = ['avg', 'min', 'med', 'max', 'p(90)', 'p(95)', 'p(99)', 'count'];
