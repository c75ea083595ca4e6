/**
 * What is looked at before any load: whether k6 runs what this script planned, and whether the target is there. Pure;
 * each function returns what is wrong as text, empty when nothing is.
 */

import { parseDuration } from './kinds.js';
import { REPLACED } from './replacement.js';
import { TREND_STATS } from './thresholds.js';

/** The scenarios of the main script. */
export const SCENARIOS = { hz: 'hz', chat: 'chat' };

/**
 * Options on the command line replace those of the script. `--vus` and `--duration` would even drop its scenarios, and
 * with them ramps, phases and the measurement of the loop.
 *
 * @param {{scenarios?: Record<string, unknown> | null, summaryTrendStats?: string[] | null}} options in force
 * @param {string[]} [planned] the scenarios of the script
 */
export function overridden(options, planned = Object.values(SCENARIOS)) {
    const running = Object.keys(options.scenarios ?? {});
    if (planned.some((name) => !running.includes(name))) {
        return REPLACED;
    }
    const missing = TREND_STATS.filter((stat) => !(options.summaryTrendStats ?? []).includes(stat));
    if (missing.length > 0) {
        return `the summary needs ${missing.join(', ')}: leave out --summary-trend-stats and K6_SUMMARY_TREND_STATS`;
    }
    return '';
}

/**
 * Whether another plan runs than the one that is judged. A script that was packed (k6 archive) runs as many users, for as
 * long and with the limits, as when it was packed, whatever the variables say now.
 *
 * @param {any} running options in force
 * @param {any} planned options of the script
 */
export function otherPlan(running, planned) {
    const different = [
        ...differences(running.scenarios, planned.scenarios, 'scenarios'),
        ...differences(running.thresholds, planned.thresholds, 'thresholds'),
    ];
    if (different.length === 0) return '';
    return 'another plan runs than the variables of now give, as when a script was packed (k6 archive) with other ones: ' +
        `${different.slice(0, 3).join('; ')}${different.length > 3 ? `; and ${different.length - 3} more` : ''}: ` +
        'pack it again with the variables of this run, or run the script itself';
}

/**
 * Where a value in force is not as planned. What was not planned does not matter: k6 adds defaults.
 *
 * @param {any} running
 * @param {any} planned
 * @param {string} at
 * @returns {string[]}
 */
function differences(running, planned, at) {
    if (planned !== null && typeof planned === 'object') {
        const lengths = Array.isArray(planned) && planned.length !== running?.length
            ? [`${at} has ${running?.length ?? 'no'} entries in force, ${planned.length} planned`] : [];
        return [...lengths, ...Object.keys(planned).flatMap((key) => differences(running?.[key], planned[key], `${at}.${key}`))];
    }
    return same(running, planned) ? [] : [`${at} is ${running ?? 'not set'} in force, ${planned} planned`];
}

/**
 * k6 writes durations in its own way: 90s is 1m30s, and none is null.
 *
 * @param {unknown} running
 * @param {unknown} planned
 */
function same(running, planned) {
    if (running === planned) return true;
    const length = parseDuration(`${planned}`);
    return length !== undefined && length === parseDuration(`${running ?? '0'}`);
}

/**
 * @typedef {{ok: boolean, error: {message: string} | null}} Probe
 *
 * @param {Probe} loop
 * @param {Probe} chat
 * @param {{METRICS_URL: string, HZ_SOURCE: string, CHAT_ORCHESTRATOR_URL: string}} config
 */
export function notThere(loop, chat, config) {
    const problems = [];
    if (!chat.ok) problems.push(`the chat cannot be reached: ${chat.error?.message}`);
    if (!loop.ok) {
        const other = `${config.CHAT_ORCHESTRATOR_URL}/healthz`;
        const hint = config.METRICS_URL === other ? '' :
            ` (METRICS_URL names another endpoint; HZ_SOURCE=health reads ${other})`;
        problems.push(`the loop cannot be read: ${loop.error?.message}${hint}`);
    }
    return problems.length === 0 ? '' : `no load was started: ${problems.join('; ')}`;
}
