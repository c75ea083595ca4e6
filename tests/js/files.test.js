import assert from 'node:assert/strict';
import { test } from 'node:test';

import { healthJson, healthJunit, healthMarkdown } from '../../scripts/lib/health-files.js';
import { junit } from '../../scripts/lib/junit.js';
import { table } from '../../scripts/lib/markdown.js';
import { summariser } from '../../scripts/lib/summary.js';
import { READERS } from '../../scripts/lib/variables.js';
import { config, nothingRecorded, run, shape, times } from './lib/runs.js';

const FILES = { SUMMARY_FILE: 'summary.json', JUNIT_FILE: 'junit.xml', REPORT_FILE: 'report.md' };
const summarise = summariser({ ...config, ...FILES }, shape, READERS.MAIN, nothingRecorded);

/** The test cases of a JUnit file: name -> [element, message]. */
function casesOf(xml) {
    return Object.fromEntries([...xml.matchAll(/<testcase [^>]*\bname="([^"]*)"[^>]*>\s*<([a-z-]+)(?: message="([^"]*)")?/g)]
        .map(([, name, element, message]) => [name, element === 'system-out' ? 'green' : `${element}: ${message}`]));
}

const totalsOf = (xml) => /<testsuite (.*)>/.exec(xml)[1].match(/(?:tests|failures|errors|skipped)="\d+"/g).join(' ');

test('a run that passed is green in every case, one for each objective and one for the run', () => {
    const out = summarise(run());
    const cases = casesOf(out['junit.xml']);
    const names = JSON.parse(out['summary.json']).slos.map(({ name }) => name);
    assert.deepEqual(Object.keys(cases), ['the run', ...names]);
    assert.deepEqual([...new Set(Object.values(cases))], ['green']);
    assert.equal(totalsOf(out['junit.xml']), `tests="${names.length + 1}" failures="0" errors="0" skipped="0"`);
});

test('an objective that is missed is a failure with its reason, one that cannot be judged an error', () => {
    const xml = summarise(run({ error_rate: [...times(190, 0), ...times(10, 1)], 'chat_failures{reason:dial}': [10], generator_lag: times(100, 900) }))['junit.xml'];
    const cases = casesOf(xml);
    assert.match(cases['error rate'], /^failure: 5\.00% of turns failed \(10 of 200\).*dial 10$/);
    assert.match(cases['generator lag'], /^error: .*900ms/);
    assert.equal(cases['the run'], 'green');
    assert.equal(totalsOf(xml), 'tests="17" failures="1" errors="1" skipped="0"');
});

test('a run that was cut short is not green, though its objectives are', () => {
    const cases = casesOf(summarise(run({}, { seconds: 20 }))['junit.xml']);
    assert.match(cases['the run'], /^error: the run ended after 19\.8s of 1m25s/);
});

test('what a reported frequency cannot show is skipped', () => {
    const cases = casesOf(summarise(run({ loop_longest_gap: [] }))['junit.xml']);
    assert.match(cases['longest standstill'], /^skipped: only a counter/);
});

test('JUnit holds any text', () => {
    const xml = junit({ name: 'a', startedAt: null, seconds: 1.5, properties: { x: '<&">' },
        cases: [{ name: 'b', outcome: 'fail', why: 'line\nline\u0000\u001b[31m "<x>" & y' }] });
    assert.match(xml, /<property name="x" value="&lt;&amp;&quot;&gt;"\/>/);
    assert.match(xml, /<failure message="line&#10;line\ufffd\ufffd\[31m &quot;&lt;x&gt;&quot; &amp; y"\/>/);
    assert.doesNotMatch(xml, /timestamp/);
});

test('the report begins with the verdict and its reason, and has every objective with its value', () => {
    const lines = summarise(run({ 'loop_hz{phase:steady}': times(60, 90), 'loop_hz_low{phase:steady}': [89.9], 'loop_hz_high{phase:steady}': [90.1] }))['report.md'].split('\n');
    assert.equal(lines[0], '# FAIL: websocket-streaming-load-test.js');
    assert.match(lines[4], /^- loop frequency 90\.00 Hz/);
    assert.ok(lines.includes(lines.find((line) => /^\| ❌ \| loop frequency \| 90\.00 Hz, between 89\.90 Hz and 90\.10 Hz \| - \| avg \\> 95\.00 Hz \| /.test(line))));
    assert.ok(lines.some((line) => /^\| ✅ \| error rate \| 0\.00% \| - \| rate \\< 1\.00% \| /.test(line)));
    assert.ok(lines.includes('| loop Hz | 99.00 (98.90 to 99.10) | - | 90.00 (89.90 to 90.10) | - |'));
    assert.ok(lines.includes('200 complete, 0 failed, 0 cut off by the end of the test; 4000 tokens. Failures: none.'));
    assert.ok(lines.includes('| VUS | 10 |'));
});

test('every row of a Markdown table has as many cells as its head', () => {
    const rows = table(['a', 'b'], [['1|2', 'x\ny'], ['*bold*', '<b>']]);
    assert.deepEqual(rows, ['| a | b |', '|---|---|', '| 1\\|2 | x y |', '| \\*bold\\* | \\<b\\> |']);
});

test('files that nobody asked for are not written', () => {
    const out = summariser({ ...config, JUNIT_FILE: '', REPORT_FILE: '' }, shape, READERS.MAIN, nothingRecorded)(run());
    assert.deepEqual(Object.keys(out), ['stdout', 'summary.json']);
});

const LOOKS = [
    { name: 'API', target: 'http://a/health', required: true, ok: true, latency: 2, status: '200 OK' },
    { name: 'chat', target: 'http://c/healthz', required: true, ok: false, latency: null, status: 'connection refused' },
    { name: 'Grafana', target: 'http://g', required: false, ok: false, latency: null, status: 'not running (optional)' },
];

test('the health check writes what it saw', () => {
    const json = healthJson(LOOKS, new Date('2026-01-02T03:04:05Z'));
    assert.deepEqual([json.schema, json.ok, json.endedAt, json.looks.length], ['featherweight-slo/health/v1', false, '2026-01-02T03:04:05.000Z', 3]);
    assert.equal(healthJson([LOOKS[0], LOOKS[2]], new Date()).ok, true);
    assert.equal(healthJson([], new Date()).ok, false);
    const cases = casesOf(healthJunit(json));
    assert.deepEqual(cases, { API: 'green', chat: 'failure: http://c/healthz: connection refused',
        Grafana: 'skipped: http://g: not running (optional)' });
    assert.equal(casesOf(healthJunit(healthJson([], new Date())))['the check'], 'error: nothing was looked at');
    const report = healthMarkdown(json).split('\n');
    assert.equal(report[0], '# DOWN: health-check.js');
    assert.ok(report.includes('| ❌ | chat | http://c/healthz | - | connection refused |'));
});
