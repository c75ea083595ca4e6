/**
 * The result of a run as data, for programs. summary.schema.json describes it; a change that is not an addition needs a
 * new number in SCHEMA.
 */

import { samples, stat, sum } from './measured.js';
import { failures, pagePeriod } from './slos.js';

/** @import { SummaryData } from './measured.js' */
/** @import { Phase } from './phases.js' */
/** @import { Slo } from './slos.js' */
/** @import { Verdict } from './verdict.js' */

/**
 * @typedef {ReturnType<typeof summaryJson>} SummaryJson
 * @typedef {ReturnType<typeof phaseJson>} PhaseJson
 * @typedef {Slo} SloJson
 */

export const SCHEMA = 'featherweight-slo/summary/v1';

/**
 * @param {SummaryData} data
 * @param {Verdict} result
 * @param {object} run
 * @param {string} run.script
 * @param {Record<string, string | number | boolean>} run.config as it may be shown
 * @param {Phase[]} run.phases
 * @param {number} run.planned ms
 * @param {Date} run.now
 * @param {Record<string, string[]>} run.objectives the thresholds that decide
 */
export function summaryJson(data, result, { script, config, phases, planned, now, objectives: decisive }) {
    const setup = data.setup_data;
    return {
        schema: SCHEMA,
        script,
        verdict: result.verdict,
        reasons: result.reasons,
        exitCode: result.exitCode,
        startedAt: setup?.started ?? null,
        endedAt: now.toISOString(),
        seconds: (data.state.testRunDurationMs - (setup?.setupTime ?? 0)) / 1000,
        plannedSeconds: planned / 1000,
        complete: result.complete,
        overtimeSeconds: result.overtime / 1000,
        config,
        loop: { source: setup?.source ?? null, measured: result.measured, pagePeriod: pagePeriod(data) },
        slos: result.slos,
        phases: phases.map((phase) => phaseJson(data, phase)),
        failures: Object.fromEntries(failures(data).map(({ reason, count }) => [reason, count])),
        totals: {
            turns: sum(data, 'chat_turns'),
            failed: failures(data).reduce((total, { count }) => total + count, 0),
            interrupted: sum(data, 'chat_interrupted'),
            tokens: sum(data, 'chat_tokens'),
            otherMessages: sum(data, 'chat_other_messages'),
            goodput: stat(data, 'chat_goodput', 'rate') ?? null,
            loopReadings: sum(data, 'hz_scrapes'),
            loopReadingsFailed: sum(data, 'hz_scrape_failures'),
            loopRestarts: sum(data, 'loop_restarts'),
        },
        generatorLag: {
            p99: stat(data, 'generator_lag', 'p(99)') ?? null,
            max: stat(data, 'generator_lag', 'max') ?? null,
        },
        thresholds: Object.entries(decisive).flatMap(([metric, sources]) => sources.map((expression) => ({
            metric, expression, ok: data.metrics[metric]?.thresholds?.[expression]?.ok ?? null,
        }))),
    };
}

/**
 * @param {SummaryData} data
 * @param {Phase} phase
 */
function phaseJson(data, { name, from, to, users }) {
    /** @param {string} metric */
    const of = (metric) => `${metric}{phase:${name}}`;
    /**
     * @param {string} metric
     * @param {string[]} statistics
     */
    const some = (metric, statistics) => (samples(data, of(metric)) === 0 ? null : /** @type {Record<string, number>} */ (
        Object.fromEntries(statistics.map((statistic) =>
            [statistic.replace(/[()]/g, ''), data.metrics[of(metric)].values[statistic]]))));
    const hz = some('loop_hz', ['avg', 'min', 'max']);
    return {
        name,
        from: from / 1000,
        to: to / 1000,
        users,
        connections: stat(data, of('ws_connected'), 'max') ?? null,
        loopHz: hz === null ? null : {
            avg: hz.avg,
            min: hz.min,
            max: hz.max,
            low: data.metrics[of('loop_hz_low')].values.value,
            high: data.metrics[of('loop_hz_high')].values.value,
            windows: samples(data, of('loop_hz')),
        },
        counter: samples(data, of('loop_counter_to')) === 0 ? null : {
            from: data.metrics[of('loop_counter_from')].values.value,
            to: data.metrics[of('loop_counter_to')].values.value,
        },
        turns: sum(data, of('chat_turns')),
        interrupted: sum(data, of('chat_interrupted')),
        errorRate: stat(data, of('error_rate'), 'rate') ?? null,
        connectionTime: some('ws_connection_time', ['avg', 'p(95)', 'max']),
        responseTime: some('message_response_time', ['avg', 'p(90)', 'max']),
        firstToken: some('chat_ttft', ['avg', 'p(95)', 'max']),
        betweenTokens: some('chat_itl', ['avg', 'p(95)', 'max']),
    };
}
