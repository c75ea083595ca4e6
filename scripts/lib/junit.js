/**
 * JUnit XML, as CI systems read it. Pure.
 *
 * `failure` is what was missed, `error` what could not be judged: neither is green.
 */

/**
 * @typedef {object} Case
 * @property {string} name
 * @property {'pass' | 'fail' | 'invalid' | 'skipped'} outcome
 * @property {string} why
 */

/**
 * @typedef {object} Suite
 * @property {string} name
 * @property {string | null} startedAt ISO 8601
 * @property {number} seconds
 * @property {Record<string, string | number | boolean>} properties
 * @property {Case[]} cases
 */

const ELEMENTS = /** @type {const} */ ({ fail: 'failure', invalid: 'error', skipped: 'skipped' });

/**
 * @param {Suite} suite
 * @returns {string}
 */
export function junit({ name, startedAt, seconds, properties, cases }) {
    const count = (/** @type {Case['outcome']} */ outcome) => cases.filter((c) => c.outcome === outcome).length;
    const totals = attributes({ tests: cases.length, failures: count('fail'), errors: count('invalid'), skipped: count('skipped'),
        time: seconds.toFixed(3) });
    return [
        '<?xml version="1.0" encoding="UTF-8"?>',
        `<testsuites name="Featherweight SLO"${totals}>`,
        `  <testsuite${attributes({ name })}${totals}${startedAt === null ? '' : attributes({ timestamp: startedAt })}>`,
        '    <properties>',
        ...Object.entries(properties).map(([key, value]) => `      <property${attributes({ name: key, value })}/>`),
        '    </properties>',
        ...cases.flatMap((one) => testcase(name, one)),
        '  </testsuite>',
        '</testsuites>',
        '',
    ].join('\n');
}

/**
 * @param {string} suite
 * @param {Case} one
 */
function testcase(suite, { name, outcome, why }) {
    const opening = `    <testcase${attributes({ classname: suite, name, time: 0 })}>`;
    const inside = outcome === 'pass'
        ? `      <system-out>${escaped(why)}</system-out>` : `      <${ELEMENTS[outcome]}${attributes({ message: why })}/>`;
    return [opening, inside, '    </testcase>'];
}

/** @param {Record<string, string | number | boolean>} values */
const attributes = (values) => Object.entries(values).map(([name, value]) => ` ${name}="${escaped(`${value}`)}"`).join('');

const ENTITIES = /** @type {Record<string, string>} */ ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;', '\t': '&#9;' });

/**
 * Text as XML 1.0 may hold it: most control characters cannot stand there even when escaped.
 *
 * @param {string} text
 */
function escaped(text) {
    return text.replace(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, '\ufffd').replace(/[&<>"\n\t]/g, (c) => ENTITIES[c]);
}
