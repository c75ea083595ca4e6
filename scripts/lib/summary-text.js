/**
 * The result of a run as text, for the terminal.
 */

import * as format from './format.js';
import { samples, sum } from './measured.js';
import { interval } from './proof.js';
import { failures, pagePeriod } from './slos.js';

/** @import { SummaryData } from './measured.js' */
/** @import { Slo } from './slos.js' */
/** @import { Phase } from './phases.js' */
/** @import { Verdict } from './verdict.js' */

const LABEL_WIDTH = 30;
const MARKS = { pass: '✓', fail: '✗', invalid: '?', skipped: '-' };
const COLOURS = /** @type {const} */ ({ pass: 'green', fail: 'red', invalid: 'yellow', PASS: 'green', FAIL: 'red',
    INVALID: 'yellow' });

/** Rows that are shown only when there is something to say. */
const RARE = ['chat_silence', 'chat_failures{reason:generator}', 'generator_suspended', 'loop_replicas', 'loop_unseen',
    'loop_unseen{phase:steady}'];

/** A run that went on for longer than this, in ms, waited for somebody. */
const LONG = 1000;

/**
 * @param {SummaryData} data
 * @param {Verdict} result
 * @param {Phase[]} phases
 * @param {boolean} colour
 * @param {string[][]} [more] rows of a table that only this script has
 * @returns {string}
 */
export function summaryText(data, result, phases, colour, more = []) {
    const paint = format.painter(colour);
    const verdict = [
        `${paint(`VERDICT: ${result.verdict}`, COLOURS[result.verdict])}  ${result.reasons[0]}`,
        ...result.reasons.slice(1).map((reason) => `         also  ${reason}`),
    ];
    if (!result.started) return `\n${verdict.join('\n')}\n`;
    /** @param {Slo['outcome']} outcome */
    const mark = (outcome) => (outcome === 'skipped' ? MARKS.skipped : paint(MARKS[outcome], COLOURS[outcome]));
    return `\n${[
        ...objectiveRows(data, result).map(([outcome, text]) => `${mark(outcome)} ${text}`),
        '',
        ...format.table(phaseRows(data, phases)).map((row) => `  ${row}`),
        '',
        ...(more.length === 0 ? [] : [...format.table(more).map((row) => `  ${row}`), '']),
        ...totals(data, result),
        '',
        ...verdict,
    ].join('\n')}\n`;
}

/**
 * One row for each objective, then one for each thing a user would ask first.
 *
 * @param {SummaryData} data
 * @param {Verdict} result
 * @returns {[Slo['outcome'], string][]}
 */
function objectiveRows(data, { slos }) {
    const of = (/** @type {string} */ metric) => /** @type {Slo} */ (slos.find((slo) => slo.metric === metric));
    const errors = of('error_rate');
    const frequency = of('loop_hz{phase:steady}');
    const windows = of('checks{type:hz}');
    const rate = data.metrics.error_rate?.values;
    const maximum = slos.find((slo) => slo.metric === 'loop_hz_high{phase:steady}');
    const [both, decisive] = worst([frequency, ...(maximum ? [maximum] : []), windows]);
    const opened = samples(data, 'ws_connection_time');
    const connections = { passes: opened, fails: sum(data, 'ws_sessions') - opened };
    const complete = sum(data, 'chat_turns');
    const streams = { passes: complete, fails: samples(data, 'error_rate') - connections.fails - complete };

    /** @type {[Slo['outcome'], string, string, string][]} */
    const rows = [
        [errors.outcome, 'error_rate', errors.value === null ? 'no turn'
            : `${format.percent(errors.value)} ✓ ${rate.passes}    ✗ ${rate.fails}`, `${limitOf(errors, format.percent)}${evidenceOf(errors, format.percent)}`],
        [both, 'checks{type:hz}', trend(data, frequency.metric, (x) => format.hz(x, 1)),
            `${limitOf(frequency, String)}${maximum ? ` and < ${maximum.limit}` : ''} Hz${bounds(frequency)}`],
        ...[of('ws_connection_time{phase:steady}'), of('message_response_time{phase:steady}')].map((slo) =>
            /** @type {[Slo['outcome'], string, string, string]} */ ([slo.outcome, slo.metric.replace(/\{.*/, ''),
                trend(data, slo.metric, format.time),
                `${limitOf(slo, format.time)}${slo.value === null ? '' : `, is ${format.time(slo.value)}`}${evidenceOf(slo, format.time)}`])),
        single(of('loop_longest_gap'), format.time),
        single(of('loop_restarts'), String),
        single(of('hz_coverage'), format.percent),
        single(of('generator_lag'), format.time),
        ...slos.filter(({ metric, outcome }) => RARE.includes(metric) && outcome !== 'pass')
            .map((slo) => single(slo, (value) => format.inUnit(slo.unit, value))),
        ...slos.slice(slos.indexOf(of('hz_coverage')) + 1).map((slo) => single(slo, (value) => format.inUnit(slo.unit, value))), // those of the script
    ];
    const width = Math.max(...rows.map(([, , value]) => value.length));
    return [
        ...rows.map(([outcome, label, value, limit]) => /** @type {[Slo['outcome'], string]} */ (
            [outcome, `${format.dotted(label, LABEL_WIDTH)} ${value.padEnd(width)}  ${limit}`])),
        [share(connections, errors.limit), `WebSocket connection established${count(connections)}`],
        [share(streams, errors.limit), `Message streaming successful${count(streams)}`],
        [both, `Hz metric validation ${both === 'pass' ? 'passed' : both === 'fail' ? 'failed' : 'undecided'}: ` +
            `${decisive.why}`],
    ];
}

/**
 * @param {Slo} slo
 * @param {(value: number) => string} shown
 */
const limitOf = (slo, shown) => `${slo.statistic} ${slo.relation} ${shown(slo.limit)}`;

/**
 * The 95 % interval, where attempts are recorded.
 *
 * @param {Slo} slo
 * @param {(value: number) => string} shown
 */
const evidenceOf = ({ evidence }, shown) => (evidence ? `, 95% interval ${interval(evidence, shown)}` : '');

/** @param {Slo} slo */
function bounds({ low, high }) {
    if (low === undefined || high === undefined) return '';
    return low === high ? ', reported' : `, between ${format.hz(low)} and ${format.hz(high)}`;
}

/**
 * A row with a single number.
 *
 * @param {Slo} slo
 * @param {(value: number) => string} shown
 * @returns {[Slo['outcome'], string, string, string]}
 */
function single(slo, shown) {
    return [slo.outcome, slo.metric.replace(/\{.*/, ''), slo.value === null ? 'not measured' : `${slo.statistic}=${shown(slo.value)}`,
        `${limitOf(slo, shown)}${evidenceOf(slo, shown)}`];
}

/**
 * @param {SummaryData} data
 * @param {string} metric
 * @param {(value: number) => string} shown
 */
function trend(data, metric, shown) {
    if (samples(data, metric) === 0) return 'not measured';
    const { avg, min, max } = data.metrics[metric].values;
    return `avg=${shown(avg).padEnd(5)} min=${shown(min).padEnd(5)} max=${shown(max)}`;
}

/**
 * How a check went, by the share of failures that the error rate may have.
 *
 * @param {{passes: number, fails: number}} check
 * @param {number} allowed
 * @returns {Slo['outcome']}
 */
function share({ passes, fails }, allowed) {
    if (passes + fails === 0) return 'invalid';
    return fails / (passes + fails) < allowed ? 'pass' : 'fail';
}

/** @param {{passes: number, fails: number}} check */
const count = ({ passes, fails }) => `: ${passes} of ${passes + fails}`;

/**
 * The worst outcome, and the first objective that has it.
 *
 * @param {Slo[]} slos
 * @returns {[Slo['outcome'], Slo]}
 */
function worst(slos) {
    const order = /** @type {Slo['outcome'][]} */ (['fail', 'invalid', 'pass']);
    const found = order.flatMap((outcome) => slos.filter((slo) => slo.outcome === outcome))[0] ?? slos[0];
    return [found.outcome, found];
}

/**
 * What the phases were like, side by side.
 *
 * @param {SummaryData} data
 * @param {Phase[]} phases
 */
function phaseRows(data, phases) {
    /**
     * @param {string} label
     * @param {string} metric
     * @param {string} statistic
     * @param {(value: number) => string} shown
     * @param {string} [evidence] metric that tells whether there is a value; a gauge of 0 does not
     */
    const row = (label, metric, statistic, shown, evidence = metric) => [label, ...phases.map(({ name }) => {
        if (samples(data, `${evidence}{phase:${name}}`) === 0) return format.NOTHING;
        const value = data.metrics[`${metric}{phase:${name}}`]?.values[statistic];
        return value === undefined ? format.NOTHING : shown(value);
    })];
    return [
        ['phase', ...phases.map(({ name }) => name)],
        ['length', ...phases.map(({ from, to }) => format.time(to - from))],
        row('most open connections', 'ws_connected', 'max', String),
        row('loop Hz', 'loop_hz', 'avg', format.hz),
        row('  not below', 'loop_hz_low', 'value', format.hz, 'loop_hz'),
        row('  not above', 'loop_hz_high', 'value', format.hz, 'loop_hz'),
        row('complete turns', 'chat_turns', 'count', String, 'error_rate'),
        ...(sum(data, 'chat_interrupted') > 0 ? [row('cut off by the end', 'chat_interrupted', 'count', String)] : []),
        row('errors', 'error_rate', 'rate', format.percent),
        row('connection time p95', 'ws_connection_time', 'p(95)', format.time),
        row('response time p90', 'message_response_time', 'p(90)', format.time),
        row('first token p95', 'chat_ttft', 'p(95)', format.time),
        row('between tokens avg', 'chat_itl', 'avg', format.time),
    ];
}

/**
 * @param {SummaryData} data
 * @param {Verdict} result
 */
function totals(data, { measured, overtime }) {
    const failed = failures(data);
    const lag = data.metrics.generator_lag?.values;
    const source = /** @type {string | undefined} */ (data.setup_data?.source);
    const period = pagePeriod(data);
    const others = sum(data, 'chat_other_messages');
    return [
        `  turns          ${sum(data, 'chat_turns')} complete, ${failed.reduce((n, f) => n + f.count, 0)} failed, ` +
            `${sum(data, 'chat_interrupted')} cut off by the end of the test; ${format.plural(sum(data, 'chat_tokens'), 'token')}`,
        `  failures       ${failed.length === 0 ? 'none' : failed.map((f) => `${f.reason} ${f.count}`).join(', ')}`,
        `  loop           ${format.plural(sum(data, 'hz_scrapes'), 'reading')}, ${sum(data, 'hz_scrape_failures')} failed` +
            `${source ? `; source ${source}` : ''}${measured ? '' : '; reported, not measured'}` +
            `${period > 0 ? `; the page is a copy, renewed every ${format.time(period)}` : ''}`,
        `  generator lag  ${samples(data, 'generator_lag') === 0 ? 'not measured'
            : `p99 ${format.time(lag['p(99)'])}, max ${format.time(lag.max)}`}`,
        ...(others > 0 ? [`  other messages ${others} of the server were nobody's answer (greetings, heartbeats and the like)`] : []),
        ...(overtime >= LONG ? [`  overtime       the run went on for ${format.time(overtime)} after the load, until the last answer or its time-out`] : []),
    ];
}
