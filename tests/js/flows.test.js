import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { account, AT_ONCE, conversationOf, MOST_ACCOUNTS, sizes, tokensIn } from '../../scripts/lib/accounts.js';
import { evaluateFlows, flowRows, moreOf } from '../../scripts/lib/flow-slos.js';
import { COMPREHENSIVE, draw, flowObjectives, LOAD } from '../../scripts/lib/flows.js';
import { overridden } from '../../scripts/lib/preflight.js';
import { seeded } from '../../scripts/lib/random.js';
import { summariser } from '../../scripts/lib/summary.js';
import { objectives, TREND_STATS } from '../../scripts/lib/thresholds.js';
import { READERS } from '../../scripts/lib/variables.js';
import { judge } from '../../scripts/lib/verdict.js';
import { violations } from './lib/json-schema.js';
import { exitCode, summaryData, typeOf } from './lib/k6-summary.js';
import { checks, config, goodSamples, nothingRecorded, setup, shape, times } from './lib/runs.js';

const SCENARIOS = { COMPREHENSIVE, LOAD };

/** A run in which every flow went well. */
function good(scenario) {
    const samples = { ...goodSamples(), 'http_req_failed{scenario:users}': times(100, 0), 'http_req_duration{phase:steady}': times(90, 9) };
    for (const { name, failures, speed } of scenario.flows) {
        samples[failures] = times(20, 0);
        samples[`flow_runs{flow:${name}}`] = times(20, 1);
        if (speed) samples[`${speed.metric}{phase:steady}`] = times(18, 120);
    }
    return samples;
}

/** The verdict of a good run with changes; an empty list means no sample. */
function verdict(scenario, changes = {}) {
    const more = moreOf(scenario);
    const data = summaryData({ ...good(scenario), ...changes }, config,
        { setup, seconds: shape.total / 1000 + 0.25, checks, more: more.objectives });
    return { ...judge(data, config, shape.total, more.evaluate(data)), k6: exitCode(data), data };
}

test('the shares of the flows are 100 percent together', () => {
    assert.equal(COMPREHENSIVE.flows.reduce((sum, { share }) => sum + share, 0), 100);
    assert.ok(COMPREHENSIVE.flows.every(({ share }) => share > 0));
});

test('one draw gives each flow its share', () => {
    const counts = {};
    const random = seeded(7);
    let draws = 0;
    for (let i = 0; i < 100000; i += 1) {
        const { name } = draw(COMPREHENSIVE.flows, (draws += 1, random()));
        counts[name] = (counts[name] ?? 0) + 1;
    }
    assert.equal(draws, 100000);
    for (const { name, share } of COMPREHENSIVE.flows) assert.ok(Math.abs(counts[name] / 1000 - share) < 0.6, `${name} ${counts[name]}`);
});

test('the borders of the shares belong to the next flow, and every number has a flow', () => {
    const names = [0, 0.1999, 0.2, 0.2999, 0.3, 0.5499, 0.55, 0.8999, 0.9, 0.9999999].map((x) => draw(COMPREHENSIVE.flows, x).name);
    assert.deepEqual(names, ['auth', 'auth', 'profile', 'profile', 'upload', 'upload', 'message', 'message', 'websocket', 'websocket']);
});

test('the objectives of the whole application are those of the contract', () => {
    const all = flowObjectives(COMPREHENSIVE);
    for (const [metric, first] of Object.entries({
        'http_req_duration{phase:steady}': 'p(95)<2000', 'http_req_failed{scenario:users}': 'rate<0.05', ws_connection_errors: 'count<10',
        auth_failures: 'rate<0.01', upload_failures: 'rate<0.05', 'chat_response_time{phase:steady}': 'p(90)<5000',
    })) assert.equal(all[metric][0], first, metric);
    assert.equal(flowObjectives(LOAD)['http_req_failed{scenario:users}'][0], 'rate<0.01');
});

for (const [name, scenario] of Object.entries(SCENARIOS)) {
    test(`${name}: each flow has a Rate, a guard that it ran, and a speed with a guard`, () => {
        const all = { ...objectives(config, shape.total), ...flowObjectives(scenario) };
        for (const flow of scenario.flows) {
            assert.equal(typeOf(flow.failures), 'rate');
            assert.deepEqual(all[flow.failures], [`rate<${flow.limit}`]);
            assert.deepEqual(all[`flow_runs{flow:${flow.name}}`], ['count>0']);
            const speed = all[`${flow.speed?.metric ?? 'message_response_time'}{phase:steady}`];
            assert.match(speed[0], /^p\(9\d\)<\d+$/);
            assert.equal(speed[1], 'max>0');
        }
        assert.deepEqual(Object.keys(flowObjectives(scenario)).filter((metric) => metric in objectives(config, shape.total)), []);
    });

    test(`${name}: what k6 decides and what is judged are the same metrics`, () => {
        const judged = evaluateFlows(summaryData({}, config, { setup, seconds: 1 }), scenario).map(({ metric }) => metric);
        const guards = scenario.flows.map((flow) => `flow_runs{flow:${flow.name}}`);
        assert.deepEqual([...judged, ...guards].sort(), Object.keys(flowObjectives(scenario)).sort());
    });

    test(`${name}: a good run passes`, () => {
        const result = verdict(scenario);
        assert.deepEqual([result.verdict, result.reasons, result.exitCode, result.k6], ['PASS', ['every objective is met'], 0, 0]);
    });

    for (const flow of scenario.flows) {
        test(`${name}: a flow ${flow.name} that never ran cannot pass`, () => {
            const speed = flow.speed ? { [`${flow.speed.metric}{phase:steady}`]: [] } : {};
            const result = verdict(scenario, { [flow.failures]: [], [`flow_runs{flow:${flow.name}}`]: [], ...speed });
            assert.deepEqual([result.verdict, result.k6], ['INVALID', 99]);
            assert.match(result.reasons[0], new RegExp(`^flow ${flow.name} never came to an end`));
        });

        test(`${name}: a flow ${flow.name} that fails too often fails the run and is named`, () => {
            const result = verdict(scenario, { [flow.failures]: [...times(90, 0), ...times(10, 1)] });
            assert.deepEqual([result.verdict, result.k6], ['FAIL', 99]);
            assert.match(result.reasons[0], new RegExp(`^flow ${flow.name}: 10\\.00% failed \\(10 of 100\\), not less than`));
            const exactly = verdict(scenario, { [flow.failures]: [...times(100 - flow.limit * 100, 0), ...times(flow.limit * 100, 1)] });
            assert.deepEqual([exactly.verdict, exactly.k6], ['FAIL', 99]);
        });

        test(`${name}: a flow ${flow.name} that is too slow fails the run and is named`, () => {
            if (!flow.speed) return;
            const result = verdict(scenario, { [`${flow.speed.metric}{phase:steady}`]: times(20, flow.speed.limit) });
            assert.deepEqual([result.verdict, result.k6], ['FAIL', 99]);
            assert.match(result.reasons[0], new RegExp(`^flow ${flow.name}: p\\(9\\d\\) .* not less than`));
        });
    }

    test(`${name}: exceptions, lost connections, failed and slow requests fail the run`, () => {
        for (const [changes, reason] of [
            [{ script_exceptions: [1] }, /^1 iteration ended with an exception/],
            [{ ws_connection_errors: times(10, 1) }, /^10 WebSocket connections could not be opened/],
            [{ 'http_req_failed{scenario:users}': [...times(9, 0), 1] }, /^10\.00% of HTTP requests failed/],
            [{ 'http_req_duration{phase:steady}': times(9, 2000) }, /^HTTP request time p\(95\) .* not less than 2s/],
        ]) {
            const result = verdict(scenario, changes);
            assert.deepEqual([result.verdict, result.k6], ['FAIL', 99]);
            assert.match(result.reasons[0], reason);
        }
        assert.equal(verdict(scenario, { ws_connection_errors: times(9, 1) }).verdict, 'PASS');
        assert.equal(verdict(scenario, { 'http_req_failed{scenario:users}': [], 'http_req_duration{phase:steady}': [] }).verdict, 'INVALID');
    });

    test(`${name}: the loop is watched here too`, () => {
        const slow = { 'loop_hz{phase:steady}': times(60, 90), 'loop_hz_low{phase:steady}': [89.9], 'loop_hz_high{phase:steady}': [90.1] };
        assert.deepEqual([verdict(scenario, slow).verdict, verdict(scenario, slow).k6], ['FAIL', 99]);
    });

    test(`${name}: summary and JSON have the flows, and the JSON follows the schema`, () => {
        const { data } = verdict(scenario, { upload_failures: [...times(9, 0), 1] });
        const out = summariser(config, shape, READERS[name], nothingRecorded, moreOf(scenario))(data);
        const json = JSON.parse(out['summary.json']);
        const schema = JSON.parse(readFileSync(new URL('../../scripts/lib/summary.schema.json', import.meta.url), 'utf8'));
        assert.deepEqual(violations(schema, json), []);
        assert.deepEqual(json.slos.filter((slo) => slo.flow === 'upload').map((slo) => slo.outcome), ['fail', 'pass']);
        assert.ok(json.thresholds.some(({ metric, ok }) => metric === 'upload_failures' && ok === false));
        assert.match(out.stdout, /✗ upload_failures\.+: rate=10\.00% +rate < 5\.00%/);
        assert.match(out.stdout, /\n {2}upload +10 +1 +120ms +120ms +120ms\n/);
        assert.match(out.stdout, /VERDICT: FAIL {2}flow upload: 10\.00% failed \(1 of 10\)/);
    });
}

test('a flow that was never done has a row without numbers', () => {
    const rows = flowRows(summaryData({}, config, { setup, seconds: 1 }), COMPREHENSIVE);
    assert.deepEqual(rows[1], ['auth', '0', '0', '-', '-', '-']);
});

test('users and accounts are as many as wanted, and no more than is good', () => {
    const of = (VUS, TEST_CONCURRENT_SESSIONS, TEST_USER_COUNT, limited = true) =>
        Object.values(sizes({ VUS, TEST_CONCURRENT_SESSIONS, TEST_USER_COUNT }, limited));
    assert.deepEqual(of(1000, 50, 1000), [50, 50]);
    assert.deepEqual(of(5, 50, 1000), [5, 5]);
    assert.deepEqual(of(5, 50, 2), [5, 2]);
    assert.deepEqual(of(500, 500, 1000), [500, MOST_ACCOUNTS]);
    assert.deepEqual(of(1000, 50, 1000, false), [1000, MOST_ACCOUNTS]);
    assert.ok(AT_ONCE * 64 <= 256, 'MiB of argon2id at the same time');
});

test('accounts obey the rules of the server and are the same in every run with the same seed', () => {
    const one = account(1, 17);
    assert.deepEqual(account(1, 17), one);
    assert.notEqual(account(2, 17).email, one.email);
    assert.match(one.username, /^\w{3,50}$/);
    for (const rule of [/.{8}/, /[A-Z]/, /[a-z]/, /\d/, /[@$!%*?&]/]) assert.match(one.password, rule);
});

test('tokens are renewed before they expire', () => {
    const tokens = (answer) => tokensIn(answer, 'a@b', 1000);
    assert.deepEqual(tokens({ token: 'x', refresh_token: 'y', expires_in: 900 }), { email: 'a@b', access: 'x', refresh: 'y', renewAt: 841000 });
    assert.deepEqual(tokens({ token: 'x', expires_in: 10 }), { email: 'a@b', access: 'x', refresh: '', renewAt: 6000 });
    assert.equal(tokens({ token: 'x' }).renewAt, 841000);
    for (const none of [undefined, null, {}, { token: '' }, { token: 1 }, { success: true, redirect_url: 'http://login' }]) assert.equal(tokens(none), null);
});

test('a conversation is left when it is full', () => {
    let next = 0;
    const newId = () => `c${next += 1}`;
    let at = { id: '', messages: 0 };
    const ids = Array.from({ length: 7 }, () => (at = conversationOf(at, 3, newId)).id);
    assert.deepEqual(ids, ['c1', 'c1', 'c1', 'c2', 'c2', 'c2', 'c3']);
});

test('scenarios that were replaced on the command line are recognised by the names that a script planned', () => {
    const running = { scenarios: { hz: {}, users: {} }, summaryTrendStats: TREND_STATS };
    assert.equal(overridden(running, ['hz', 'users']), '');
    assert.match(overridden(running), /--vus/);
});
