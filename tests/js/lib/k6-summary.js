/**
 * k6's end-of-test data, made from samples as k6 makes it: sinks, thresholds and what an empty metric looks like
 * (metrics/sink.go, metrics/thresholds.go and internal/js/summary.go of k6 v2.2).
 */

import { loadShape } from '../../../scripts/lib/phases.js';
import { thresholds, TREND_STATS } from '../../../scripts/lib/thresholds.js';

const TYPES = {
    rate: ['error_rate', 'chat_goodput', 'hz_coverage', 'checks', 'http_req_failed'],
    counter: ['chat_turns', 'chat_tokens', 'chat_failures', 'chat_interrupted', 'loop_restarts', 'hz_scrapes', 'hz_scrape_failures',
        'flow_runs', 'ws_connection_errors', 'script_exceptions', 'ws_sessions', 'chat_other_messages', 'generator_failures',
        'generator_suspended', 'loop_replicas', 'slo_missed', 'slo_undecided'],
    gauge: ['ws_connected', 'loop_counter_from', 'loop_counter_to', 'loop_hz_low', 'loop_hz_high', 'loop_unseen', 'loop_page_period',
        'chat_silence'],
};

export function typeOf(metric) {
    const name = metric.replace(/\{.*/, '');
    return Object.entries(TYPES).find(([, names]) => names.includes(name))?.[0] ?? (name.endsWith('_failures') ? 'rate' : 'trend');
}

/**
 * @param {number[]} sorted
 * @param {number} p
 */
function percentile(sorted, p) {
    if (sorted.length === 0) return 0;
    const at = p * (sorted.length - 1);
    const below = sorted[Math.floor(at)];
    return below + (sorted[Math.ceil(at)] - below) * (at - Math.floor(at));
}

/**
 * @param {string} type
 * @param {number[]} samples
 * @returns {Record<string, number>}
 */
function values(type, samples) {
    const total = samples.reduce((a, b) => a + b, 0);
    if (type === 'counter') return { count: total, rate: total };
    if (type === 'rate') {
        const passes = samples.filter((s) => s !== 0).length;
        return { rate: samples.length === 0 ? 0 : passes / samples.length, passes, fails: samples.length - passes };
    }
    const sorted = [...samples].sort((a, b) => a - b);
    const [min, max] = [sorted[0] ?? 0, sorted[sorted.length - 1] ?? 0];
    if (type === 'gauge') return { value: samples[samples.length - 1] ?? 0, min, max };
    const all = { avg: samples.length === 0 ? 0 : total / samples.length, min, max, med: percentile(sorted, 0.5), count: samples.length };
    for (const stat of TREND_STATS) {
        const p = /^p\((.+)\)$/.exec(stat);
        if (p) all[stat] = percentile(sorted, Number(p[1]) / 100);
    }
    return all;
}

const OPERATORS = {
    '<': (a, b) => a < b,
    '<=': (a, b) => a <= b,
    '>': (a, b) => a > b,
    '>=': (a, b) => a >= b,
};

/**
 * Whether k6 lets a threshold pass. An empty Rate has no value, and what has no value passes.
 *
 * @param {string} type
 * @param {Record<string, number>} found
 * @param {string} expression
 */
function holds(type, found, expression) {
    const [, stat, operator, limit] = (/^([^<>=]+)(<=|>=|<|>)(.+)$/.exec(expression));
    if (!(stat in found)) throw new Error(`k6 has no ${stat} on a ${type}`);
    if (type === 'rate' && found.passes + found.fails === 0) return true;
    return OPERATORS[(operator)](found[stat], Number(limit));
}

/**
 * @param {Record<string, number[]>} samples by metric, with its tags
 * @param {any} limits
 * @param {{setup?: object | undefined, seconds: number, checks?: object[], more?: Record<string, string[]>}} run more: thresholds of the script
 * @returns {import('../../../scripts/lib/measured.js').SummaryData}
 */
export function summaryData(samples, limits, { setup, seconds, checks = [], more = {} }) {
    const metrics = {};
    const all = { ...thresholds(limits, loadShape(limits).total), ...more };
    for (const name of new Set([...Object.keys(all), ...Object.keys(samples)])) {
        const type = typeOf(name);
        const found = values(type, samples[name] ?? []);
        metrics[name] = { type, values: found };
        if (all[name]) {
            metrics[name].thresholds = Object.fromEntries(all[name].map((source) => [source, { ok: holds(type, found, source) }]));
        }
    }
    return {
        metrics, state: { testRunDurationMs: seconds * 1000, isStdOutTTY: false }, options: { noColor: false },
        root_group: { checks: (checks) }, setup_data: setup,
    };
}

export function exitCode(data) {
    const ok = Object.values(data.metrics).every((m) => Object.values(m.thresholds ?? {}).every((t) => t.ok));
    return ok ? 0 : 99;
}
