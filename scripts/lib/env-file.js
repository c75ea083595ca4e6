/**
 * `.env.test` for a script that k6 runs directly. The order is that of run-slo-testing.sh: environment > .env.test >
 * default; it also understands the same lines (shell/envfile.sh). What the front door starts is told by FW_ENV_READ that
 * the file has been read.
 */

import { VARIABLES } from './variables.js';

/** @import { Env } from './config.js' */

/** For these nothing is a value too. */
const EMPTY_IS_VALUE = VARIABLES.filter((v) => 'emptyIsValue' in v).map(({ name }) => /** @type {string} */ (name));

const LINE = /^\s*(?:export\s+)?([A-Za-z_]\w*)=(.*)$/;
const DOUBLE = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/;
const SINGLE = /^'([^']*)'\s*(?:#.*)?$/;

/**
 * The environment, completed by the file. Only for the init context.
 *
 * @param {Env} env
 * @returns {Env}
 */
export function withEnvFile(env) {
    if (env.FW_ENV_READ) return env;
    let text;
    try {
        text = open(import.meta.resolve('../../.env.test'));
    } catch {
        return env; // there is none, and none is needed
    }
    const values = readEnvFile(text, '.env.test');
    for (const [name, value] of Object.entries(env)) {
        if (value !== undefined && (value.trim() !== '' || EMPTY_IS_VALUE.includes(name))) values[name] = value;
    }
    return values;
}

/**
 * Pure. Throws at the first line that is not as it must be.
 *
 * @param {string} text
 * @param {string} file as it is called in errors
 * @returns {Record<string, string>}
 */
export function readEnvFile(text, file) {
    /** @type {Record<string, string>} */
    const values = {};
    const known = /** @type {string[]} */ (VARIABLES.map(({ name }) => name));
    text.split('\n').map((line) => line.replace(/\r$/, '')).forEach((line, index) => {
        if (/^\s*(#.*)?$/.test(line)) return;
        const at = `${file} line ${index + 1}: `;
        const [, name, rest] = LINE.exec(line) ?? [];
        // The line may hold a secret: only its beginning is shown.
        if (name === undefined) throw new Error(`${at}this is not NAME=value: ${line.trim().split(/[\s=:]/)[0].slice(0, 40)}...`);
        if (!known.includes(name) && !/^X?K6_/.test(name)) {
            throw new Error(`${at}there is no variable ${name}; allowed are the names in .env.test.example`);
        }
        if (name in values) throw new Error(`${at}${name} is already set: leave one of the two`);
        const value = valueOf(rest);
        if (value === undefined) throw new Error(`${at}the quotes of ${name} are not closed, or something follows them`);
        values[name] = value;
    });
    return values;
}

/**
 * @param {string} text what stands behind the = of a line
 * @returns {string | undefined}
 */
function valueOf(text) {
    if (text.startsWith('"')) return DOUBLE.exec(text)?.[1].replace(/\\(["\\$])/g, '$1');
    if (text.startsWith("'")) return SINGLE.exec(text)?.[1];
    return text.replace(/(^|\s+)#.*$/, '').trim();
}
