/**
 * The result of a run as JUnit XML, for CI systems: one test case for each objective, and one for the run itself. Pure.
 */

import { junit } from './junit.js';

/** @import { Case } from './junit.js' */
/** @import { SummaryJson } from './summary-json.js' */

/**
 * @param {SummaryJson} run
 * @returns {string}
 */
export function summaryJunit(run) {
    return junit({
        name: run.script, startedAt: run.startedAt, seconds: run.seconds,
        properties: { verdict: run.verdict, ...run.config },
        cases: [theRun(run), ...run.slos.map(({ flow, name, outcome, why }) => ({ name: flow ? `${flow}: ${name}` : name, outcome, why }))],
    });
}

/**
 * What no objective tells: a run that was cut short, or did not begin, is not green because its objectives are.
 *
 * @param {SummaryJson} run
 * @returns {Case}
 */
function theRun({ verdict, reasons, complete, slos }) {
    const explained = slos.some(({ outcome }) => outcome === 'fail' || outcome === 'invalid');
    const sound = complete && (verdict === 'PASS' || explained);
    return { name: 'the run', outcome: sound ? 'pass' : 'invalid', why: sound ? 'went to its planned end' : reasons.join('; ') };
}
