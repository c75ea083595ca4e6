/**
 * Reading the data that k6 hands to handleSummary.
 */

/**
 * @typedef {object} SummaryMetric
 * @property {string} [type]
 * @property {string} [contains]
 * @property {Record<string, number>} values
 * @property {Record<string, {ok: boolean}>} [thresholds]
 *
 * @typedef {object} SummaryCheck
 * @property {string} name
 * @property {number} passes
 * @property {number} fails
 *
 * @typedef {object} SummaryData
 * @property {Record<string, SummaryMetric>} metrics
 * @property {{testRunDurationMs: number, isStdOutTTY?: boolean}} state
 * @property {{noColor?: boolean}} [options]
 * @property {{checks: SummaryCheck[]}} [root_group]
 * @property {any} [setup_data]
 */

/**
 * One statistic of a metric; undefined when the metric has no sample. k6 itself would say 0.
 *
 * @param {SummaryData} data
 * @param {string} metric
 * @param {string} stat
 * @returns {number | undefined}
 */
export function stat(data, metric, stat) {
    const found = data.metrics[metric];
    return found && samples(data, metric) > 0 ? found.values[stat] : undefined;
}

/**
 * How many samples a Trend or a Rate has; for a Counter its sum. A Gauge does not tell: 1 if it was ever other than 0.
 *
 * @param {SummaryData} data
 * @param {string} metric
 */
export function samples(data, metric) {
    const values = data.metrics[metric]?.values;
    if (!values) return 0;
    if ('passes' in values) return values.passes + values.fails;
    if ('count' in values) return values.count;
    return values.min !== 0 || values.max !== 0 ? 1 : 0;
}

/**
 * The sum of a Counter; 0 when it was never added to.
 *
 * @param {SummaryData} data
 * @param {string} metric
 */
export function sum(data, metric) {
    return data.metrics[metric]?.values.count ?? 0;
}

/**
 * How often a check passed and failed.
 *
 * @param {SummaryData} data
 * @param {string} name
 */
export function check(data, name) {
    const found = data.root_group?.checks.find((c) => c.name === name);
    return { passes: found?.passes ?? 0, fails: found?.fails ?? 0 };
}

/**
 * The thresholds that k6 found crossed, as `metric: expression`.
 *
 * @param {SummaryData} data
 */
export function crossed(data) {
    return Object.entries(data.metrics).flatMap(([name, { thresholds = {} }]) =>
        Object.entries(thresholds).filter(([, { ok }]) => !ok).map(([source]) => `${name}: ${source}`)).sort();
}
