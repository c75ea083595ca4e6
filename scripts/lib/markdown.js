/**
 * Markdown, as GitHub and GitLab show it.
 */

/**
 * @param {string[]} head
 * @param {string[][]} rows
 * @returns {string[]} lines
 */
export function table(head, rows) {
    const line = (/** @type {string[]} */ cells) => `| ${cells.map(text).join(' | ')} |`;
    return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)];
}

/**
 * Text that stays on its line and is nothing but text.
 *
 * @param {string} words
 */
export const text = (words) => words.replace(/\s+/g, ' ').replace(/[\\|<>*_]/g, '\\$&');
