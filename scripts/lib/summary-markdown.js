/**
 * The result of a run as Markdown, for a pull request or a chat: what decided, then every objective, then what it was
 * like. Pure.
 */

import * as format from './format.js';
import { table, text } from './markdown.js';
import { interval } from './proof.js';

/** @import { SummaryJson, PhaseJson, SloJson } from './summary-json.js' */

const MARKS = { pass: '✅', fail: '❌', invalid: '❔', skipped: '➖' };
const MEANING = {
    PASS: 'The server met every objective in this run.',
    FAIL: 'The server missed an objective in this run.',
    INVALID: 'The run does not say whether the objectives are met: do not ship on it.',
};

/**
 * @param {SummaryJson} run
 * @returns {string}
 */
export function summaryMarkdown(run) {
    return `${[
        `# ${run.verdict}: ${run.script}`,
        '',
        MEANING[run.verdict],
        '',
        ...run.reasons.map((reason) => `- ${text(reason)}`),
        '',
        `Started ${run.startedAt ?? 'never'}, ended ${run.endedAt}; ${format.time(run.seconds * 1000)} of ` +
            `${format.time(run.plannedSeconds * 1000)}. Loop frequency: ${loop(run)}.`,
        '',
        '## Objectives',
        '',
        ...table(['', 'objective', 'measured', '95% interval', 'limit', 'in words'], run.slos.map((slo) => [MARKS[slo.outcome],
            slo.flow ? `${slo.flow}: ${slo.name}` : slo.name, measured(slo),
            slo.evidence ? interval(slo.evidence, (value) => format.inUnit(slo.unit, value)) : format.NOTHING,
            `${slo.statistic} ${slo.relation} ${format.inUnit(slo.unit, slo.limit)}`, slo.why])),
        '',
        '## Phases',
        '',
        ...table(['', ...run.phases.map(({ name }) => name)], phases(run.phases)),
        '',
        '## Turns',
        '',
        `${run.totals.turns} complete, ${run.totals.failed} failed, ${run.totals.interrupted} cut off by the end of the test; ` +
            `${format.plural(run.totals.tokens, 'token')}. Failures: ${failures(run)}.`,
        '',
        '<details><summary>Configuration in force</summary>',
        '',
        ...table(['variable', 'value'], Object.entries(run.config).map(([name, value]) => [name, `${value}`])),
        '',
        '</details>',
    ].join('\n')}\n`;
}

/** @param {SummaryJson} run */
function loop({ loop: { source, measured: isMeasured, pagePeriod } }) {
    if (source === null) return 'no source';
    const copy = pagePeriod > 0 ? `, on a page that is a copy, renewed every ${format.time(pagePeriod)}` : '';
    return isMeasured ? `measured from a ${source}${copy}` : `reported by the server (${source}), not measured`;
}

/** @param {SloJson} slo */
function measured({ value, low, high, unit }) {
    if (value === null) return 'not measured';
    const shown = format.inUnit(unit, value);
    return low === undefined || high === undefined || low === high ? shown
        : `${shown}, between ${format.inUnit(unit, low)} and ${format.inUnit(unit, high)}`;
}

/** @param {SummaryJson} run */
function failures({ failures: byReason }) {
    const list = Object.entries(byReason).map(([reason, count]) => `${reason} ${count}`);
    return list.length === 0 ? 'none' : list.join(', ');
}

/**
 * @param {PhaseJson[]} all
 * @returns {string[][]}
 */
function phases(all) {
    /**
     * @param {string} label
     * @param {(phase: PhaseJson) => string | null | undefined} shown
     */
    const row = (label, shown) => [label, ...all.map((phase) => shown(phase) ?? format.NOTHING)];
    /** @param {number | undefined} ms */
    const time = (ms) => (ms === undefined ? undefined : format.time(ms));
    return [
        row('length', ({ from, to }) => format.time((to - from) * 1000)),
        row('most open connections', ({ connections }) => (connections === null ? null : `${connections}`)),
        row('loop Hz', ({ loopHz }) => loopHz && `${format.hz(loopHz.avg)} (${format.hz(loopHz.low)} to ${format.hz(loopHz.high)})`),
        row('complete turns', ({ turns }) => `${turns}`),
        row('cut off by the end', ({ interrupted }) => `${interrupted}`),
        row('errors', ({ errorRate }) => (errorRate === null ? null : format.percent(errorRate))),
        row('connection time p95', ({ connectionTime }) => time(connectionTime?.p95)),
        row('response time p90', ({ responseTime }) => time(responseTime?.p90)),
        row('first token p95', ({ firstToken }) => time(firstToken?.p95)),
        row('between tokens avg', ({ betweenTokens }) => time(betweenTokens?.avg)),
    ];
}
