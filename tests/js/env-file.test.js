import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readEnvFile } from '../../scripts/lib/env-file.js';

const value = (line) => readEnvFile(line, '.env.test').CUSTOM_ARGS;

test('lines are understood as the front door understands them', () => {
    for (const [line, wanted] of [
        ['# a comment\n\n   \nCUSTOM_ARGS=abc', 'abc'], ['CUSTOM_ARGS=a b   # why', 'a b'], ['CUSTOM_ARGS=a#b', 'a#b'], ['CUSTOM_ARGS="a # b"', 'a # b'],
        ['CUSTOM_ARGS="say \\"x\\" \\\\ \\$5" # why', 'say "x" \\ $5'], ['CUSTOM_ARGS=\'$HOME "x"\'', '$HOME "x"'],
        ['export CUSTOM_ARGS=abc', 'abc'], ['CUSTOM_ARGS=abc\r', 'abc'], ['CUSTOM_ARGS=a=b', 'a=b'], ['CUSTOM_ARGS=# nothing', ''],
        ['CUSTOM_ARGS=$(x)`y`', '$(x)`y`'],
    ]) assert.equal(value(line), wanted, line);
});

test('what is wrong is an error with its line, and does not show what may be a secret', () => {
    for (const [text, error] of [
        ['VUS=5\nGRAFANA_PASSWORD geheim', '.env.test line 2: this is not NAME=value: GRAFANA_PASSWORD...'],
        ['\nCUSTOM_ARGS="abc', '.env.test line 2: the quotes of CUSTOM_ARGS are not closed, or something follows them'],
        ['DURATIN=5m', '.env.test line 1: there is no variable DURATIN; allowed are the names in .env.test.example'],
        ['VUS=5\nVUS=6', '.env.test line 2: VUS is already set: leave one of the two'],
    ]) assert.throws(() => readEnvFile(text, '.env.test'), { message: error });
});
