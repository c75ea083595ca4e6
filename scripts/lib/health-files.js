/**
 * The result of the health check for programs and for pull requests. Pure.
 */

import { NOTHING, time } from './format.js';
import { junit } from './junit.js';
import { table } from './markdown.js';

/** @import { Look } from './health.js' */

export const HEALTH_SCHEMA = 'featherweight-slo/health/v1';

/**
 * @param {Look[]} looks
 * @param {Date} now
 */
export function healthJson(looks, now) {
    return {
        schema: HEALTH_SCHEMA,
        ok: looks.length > 0 && looks.every(({ required, ok }) => ok || !required),
        endedAt: now.toISOString(),
        looks,
    };
}

/** @typedef {ReturnType<typeof healthJson>} HealthJson */

/**
 * @param {HealthJson} result
 * @returns {string}
 */
export function healthJunit({ looks, endedAt }) {
    return junit({
        name: 'health-check.js', startedAt: endedAt, seconds: looks.reduce((ms, { latency }) => ms + (latency ?? 0), 0) / 1000,
        properties: {},
        cases: looks.length === 0 ? [{ name: 'the check', outcome: 'invalid', why: 'nothing was looked at' }]
            : looks.map(({ name, required, ok, status, target }) => ({ name, why: `${target}: ${status}`,
                outcome: ok ? 'pass' : required ? 'fail' : 'skipped' })),
    });
}

/**
 * @param {HealthJson} result
 * @returns {string}
 */
export function healthMarkdown({ ok, looks, endedAt }) {
    return `${[
        `# ${ok ? 'OK' : 'DOWN'}: health-check.js`,
        '',
        `Checked ${endedAt}.`,
        '',
        ...table(['', 'what', 'where', 'latency', 'came back'], looks.map((look) => [
            look.ok ? '✅' : look.required ? '❌' : '➖', look.name, look.target,
            look.latency === null ? NOTHING : time(look.latency), look.status])),
    ].join('\n')}\n`;
}
