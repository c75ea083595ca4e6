/**
 * What k6 calls at the end of a run: the verdict as text on standard output, and its files.
 */

import { shownConfig } from './config.js';
import { summaryJson } from './summary-json.js';
import { summaryJunit } from './summary-junit.js';
import { summaryMarkdown } from './summary-markdown.js';
import { summaryText } from './summary-text.js';
import { proofs, recorded } from './proof.js';
import { objectives } from './thresholds.js';
import { judge } from './verdict.js';

/** @import { Evidence } from 'k6/x/fwhz' */
/** @import { Config } from './config.js' */
/** @import { LoadShape } from './phases.js' */
/** @import { SummaryData } from './measured.js' */
/** @import { Recorded } from './proof.js' */
/** @import { Slo } from './slos.js' */

/**
 * @typedef {object} More
 * @property {Record<string, string[]>} objectives thresholds
 * @property {Recorded[]} recorded objectives whose attempts are recorded
 * @property {(data: SummaryData) => Slo[]} evaluate
 * @property {(data: SummaryData) => string[][]} rows of a table
 */

/** @type {More} */
export const NOTHING_MORE = { objectives: {}, recorded: [], evaluate: () => [], rows: () => [] };

/**
 * Makes the handleSummary of a script.
 *
 * @param {Config} config
 * @param {LoadShape} shape
 * @param {string} script its file name
 * @param {Evidence} evidence
 * @param {More} [more] what the script adds to chat and loop
 * @returns {(data: SummaryData) => Record<string, string>}
 */
export function summariser(config, shape, script, evidence, more = NOTHING_MORE) {
    return (data) => {
        if (!data.metrics || !data.state) {
            throw new Error('this script needs the summary data of k6 as it is by default: leave out --new-machine-readable-summary');
        }
        const proved = proofs([...recorded(config), ...more.recorded], evidence, config.EVIDENCE === 'require');
        const result = judge(data, config, shape.total, more.evaluate(data), proved);
        const colour = Boolean(data.state.isStdOutTTY) && !data.options?.noColor;
        /** @type {Record<string, string>} */
        const out = { stdout: summaryText(data, result, shape.phases, colour, more.rows(data)) };
        const json = summaryJson(data, result, {
            script, config: shownConfig(config, script), phases: shape.phases, planned: shape.total,
            now: new Date(), objectives: { ...objectives(config, shape.total), ...more.objectives },
        });
        if (config.SUMMARY_FILE !== '') out[config.SUMMARY_FILE] = `${JSON.stringify(json, null, 2)}\n`;
        if (config.JUNIT_FILE !== '') out[config.JUNIT_FILE] = summaryJunit(json);
        if (config.REPORT_FILE !== '') out[config.REPORT_FILE] = summaryMarkdown(json);
        return out;
    };
}
