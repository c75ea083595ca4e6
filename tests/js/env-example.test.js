import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { readConfig } from '../../scripts/lib/config.js';
import { READERS, VARIABLES } from '../../scripts/lib/variables.js';
import { renderEnvExample } from './env-example.js';

const file = readFileSync(new URL('../../.env.test.example', import.meta.url), 'utf8');

function assignments() {
    const lines = file.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

test('.env.test.example is what the table of variables gives: npm run env-example writes it', () => {
    assert.equal(file, renderEnvExample());
});

test('it sets every variable to its default, and nothing else', () => {
    assert.deepEqual(assignments(), Object.fromEntries(VARIABLES.map((v) => [v.name, v.default])));
});

test('copied as it is, it changes nothing', () => {
    for (const script of [READERS.MAIN, READERS.HEALTH, READERS.COMPREHENSIVE, READERS.LOAD]) {
        assert.deepEqual(readConfig(assignments(), script), readConfig({}, script));
    }
});

test('it is the same to a shell and to docker --env-file: no quotes, blanks, $ or # in a value', () => {
    for (const [name, value] of Object.entries(assignments())) assert.match(value, /^[^\s"'$#`\\]*$/, name);
});
