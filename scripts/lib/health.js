/**
 * The result of the health check as text. Pure.
 */

import { painter, table, time } from './format.js';

/**
 * @typedef {object} Look one thing that was looked at
 * @property {string} name
 * @property {string} target
 * @property {boolean} required
 * @property {boolean} ok
 * @property {number | null} latency ms; null when nothing came back
 * @property {string} status what came back
 */

/**
 * @param {Look[]} looks
 * @param {boolean} colour
 */
export function healthText(looks, colour) {
    const paint = painter(colour);
    const rows = looks.length === 0 ? [] : table(looks.map(({ name, target, latency, status }) =>
        [name, target, latency === null ? '-' : time(latency), status]), 'llrl');
    const lines = rows.map((row, i) => `${mark(looks[i], paint)} ${row}`);
    const down = looks.filter(({ required, ok }) => required && !ok).map(({ name }) => name);
    if (looks.length === 0) down.push('nothing was looked at');
    const conclusion = down.length === 0 ? paint('HEALTH: OK', 'green') : `${paint('HEALTH: DOWN', 'red')}  ${down.join(', ')}`;
    return `\n${[...lines, '', conclusion].join('\n')}\n`;
}

/**
 * @param {Look} look
 * @param {ReturnType<typeof painter>} paint
 */
function mark({ ok, required }, paint) {
    if (ok) return paint('✓', 'green');
    return required ? paint('✗', 'red') : '-';
}

/**
 * What one window of the loop says about its health.
 *
 * @param {{hz: number | null, low: number | null, high: number | null, source: string | null, error: {message: string} | null}} seen
 * @param {number} limit
 * @returns {{ok: boolean, status: string}}
 */
export function loopHealth({ hz, low, high, source, error }, limit) {
    if (hz === null || low === null || high === null) return { ok: false, status: error?.message ?? 'no reading' };
    const shown = source === 'counter'
        ? `${hz.toFixed(1)} Hz (between ${low.toFixed(1)} and ${high.toFixed(1)})`
        : `${hz.toFixed(1)} Hz, reported by the server (source ${source}), not measured`;
    // A single second is bounded widely: it is bad only when it is provably not above the limit.
    return high > limit ? { ok: true, status: shown } : { ok: false, status: `${shown}, not above ${limit} Hz` };
}
