/**
 * Numbers and tables for people.
 */

/** What stands where nothing was measured. */
export const NOTHING = '-';

/**
 * @param {number} value
 * @param {number} [digits] after the point
 */
export function hz(value, digits = 2) {
    return value.toFixed(digits);
}

/**
 * @param {number} share
 * @param {number} [digits] after the point
 */
export function percent(share, digits = 2) {
    return `${(share * 100).toFixed(digits)}%`;
}

/**
 * A time with about three digits: 0.42ms, 9.9ms, 245ms, 2.1s, 5m0s.
 *
 * @param {number} ms
 * @param {number} [extra] more digits than that
 */
export function time(ms, extra = 0) {
    if (ms < 9.995) return `${trim(ms, 2 + extra)}ms`;
    if (ms < 99.95) return `${trim(ms, 1 + extra)}ms`;
    if (ms < 999.5) return `${trim(ms, extra)}ms`;
    if (ms < 59950) return `${trim(ms / 1000, (ms < 9995 ? 2 : 1) + extra)}s`;
    const last = 1000 / 10 ** extra; // of the digits that are shown
    const rounded = Math.round(ms / last) * last; // as a whole: 59.9 s more than a minute are two, not 1m60s
    const hours = Math.floor(rounded / 3600000);
    const minutes = Math.floor((rounded % 3600000) / 60000);
    const seconds = trim((rounded % 60000) / 1000, extra);
    return `${hours > 0 ? `${hours}h` : ''}${minutes}m${seconds}s`;
}

/**
 * @param {number} value
 * @param {number} digits
 */
function trim(value, digits) {
    const text = value.toFixed(digits);
    return text.includes('.') ? text.replace(/\.?0+$/, '') : text;
}

/**
 * A value in the unit that objectives have.
 *
 * @param {'ratio' | 'Hz' | 'ms' | ''} unit
 * @param {number} value
 */
export function inUnit(unit, value) {
    return { ratio: percent, Hz: (/** @type {number} */ x) => `${hz(x)} Hz`, ms: time, '': String }[unit](value);
}

/**
 * The value with as many digits as it takes to be told from the limit: "95.00 Hz is not above 95.00 Hz" helps nobody.
 *
 * @param {number} value
 * @param {number} limit
 * @param {(value: number, digits: number) => string} format
 * @param {number} digits to begin with
 */
export function distinct(value, limit, format, digits) {
    let text = format(value, digits);
    for (let more = digits + 1; more <= digits + 6 && value !== limit && text === format(limit, more - 1); more += 1) {
        text = format(value, more);
    }
    return text;
}

/**
 * `1 turn`, `2 turns`.
 *
 * @param {number} count
 * @param {string} thing
 */
export function plural(count, thing) {
    return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/**
 * A label with dots up to the given width, as k6 sets its rows.
 *
 * @param {string} label
 * @param {number} width
 */
export function dotted(label, width) {
    return `${label}${'.'.repeat(Math.max(1, width - label.length))}:`;
}

/**
 * Rows as columns.
 *
 * @param {string[][]} rows
 * @param {string} [align] a letter for each column: l for text, r for numbers; by default text first, then numbers
 */
export function table(rows, align = 'l'.padEnd(rows[0].length, 'r')) {
    const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
    return rows.map((row) => row
        .map((cell, column) => (align[column] === 'l' ? cell.padEnd(widths[column]) : cell.padStart(widths[column])))
        .join('  ').trimEnd());
}

const CODES = { green: 32, red: 31, yellow: 33, bold: 1 };

/**
 * Paint for a terminal, or none.
 *
 * @param {boolean} on
 * @returns {(text: string, colour: keyof typeof CODES) => string}
 */
export function painter(on) {
    return (text, colour) => (on ? `\u001b[${CODES[colour]}m${text}\u001b[0m` : text);
}
