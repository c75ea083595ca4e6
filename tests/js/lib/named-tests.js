/**
 * Finds tests by file and name, so that a document may say which test proves what and be held to it.
 */

import { readFileSync } from 'node:fs';

const TESTS = new URL('../../', import.meta.url);

/** How a test of each language begins and ends; the first group is its name. */
const LANGUAGES = [
    { files: /\.bats$/, begin: /^@test "(.*)" \{$/, end: '}' },
    { files: /_test\.go$/, begin: /^func ([Tt]est\w+)\(t \*testing\.T\) \{$/, end: '}' },
    { files: /\.test\.js$/, begin: /^test\((?:'((?:\\.|[^'\\])*)'|"(?:[^"]*)"|`[^`]*`), .*\{$/, end: '});' },
];

/**
 * The text of the test, between its first and its last line; null when there is no such file or no such test.
 *
 * @param {string} file below tests/
 * @param {string} name
 * @returns {string | null}
 */
export function testText(file, name) {
    return testsIn(file)?.get(name) ?? null;
}

/** @type {Map<string, Map<string, string> | null>} */
const read = new Map();

/**
 * All tests of a file by name; null when there is no such file.
 *
 * @param {string} file below tests/
 */
function testsIn(file) {
    if (!read.has(file)) read.set(file, parse(file));
    return /** @type {Map<string, string> | null} */ (read.get(file));
}

/** @param {string} file */
function parse(file) {
    const language = LANGUAGES.find(({ files }) => files.test(file));
    if (!language) return null;
    let lines;
    try {
        lines = readFileSync(new URL(file, TESTS), 'utf8').split('\n');
    } catch {
        return null;
    }
    const tests = new Map();
    for (let at = 0; at < lines.length; at += 1) {
        const name = language.begin.exec(lines[at])?.[1];
        if (name === undefined) continue;
        const end = lines.indexOf(language.end, at);
        tests.set(name.replace(/\\(.)/g, '$1'), lines.slice(at + 1, end).join('\n'));
    }
    return tests;
}
