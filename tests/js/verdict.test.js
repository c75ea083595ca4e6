import assert from 'node:assert/strict';
import { test } from 'node:test';

import { seeded } from '../../scripts/lib/random.js';
import { REASONS } from '../../scripts/lib/thresholds.js';
import { judge } from '../../scripts/lib/verdict.js';
import { exitCode, summaryData } from './lib/k6-summary.js';
import { config, goodSamples, run, setup, shape, times } from './lib/runs.js';

/**
 * @param {Record<string, number[]>} changes
 * @param {object} [options]
 */
function verdict(changes = {}, options = {}) {
    const data = run(changes, options);
    return { ...judge(data, config, shape.total), k6: exitCode(data) };
}

const slo = (result, metric) =>
    (result.slos.find((s) => s.metric === metric));

test('a good run passes', () => {
    const result = verdict();
    assert.deepEqual([result.verdict, result.reasons, result.exitCode, result.k6], ['PASS', ['every objective is met'], 0, 0]);
    assert.deepEqual(new Set(result.slos.map((s) => s.outcome)), new Set(['pass']));
});

test('too many errors fail, with the most frequent reasons', () => {
    const result = verdict({
        error_rate: [...times(190, 0), ...times(10, 1)],
        'chat_failures{reason:dial}': [3], 'chat_failures{reason:closed}': [5], 'chat_failures{reason:reset}': [1, 1],
    });
    assert.deepEqual([result.verdict, result.exitCode], ['FAIL', 99]);
    assert.deepEqual(result.reasons, ['5.00% of turns failed (10 of 200), not less than 1.00%: closed 5, dial 3, reset 2']);
});

test('an error rate at the limit fails, one just below it passes', () => {
    assert.equal(verdict({ error_rate: [1, ...times(99, 0)] }).verdict, 'FAIL');
    assert.equal(verdict({ error_rate: [1, ...times(100, 0)] }).verdict, 'PASS');
});

test('numbers that look alike are shown with enough digits to be told apart', () => {
    const result = verdict({ error_rate: [...times(100, 1), ...times(9899, 0)] });
    assert.match(result.reasons[0], /^1\.0001% of turns failed \(100 of 9999\), not less than 1\.00%/);
});

test('no turn at all is no pass', () => {
    const result = verdict({
        error_rate: [], chat_turns: [], 'ws_connection_time{phase:steady}': [], 'message_response_time{phase:steady}': [],
    });
    assert.deepEqual([result.verdict, result.k6], ['INVALID', 99]);
    assert.match(result.reasons[0], /no turn was finished/);
});

test('if every turn fails it is a failure, not a lack of data', () => {
    const result = verdict({ error_rate: times(50, 1), chat_turns: [], 'message_response_time{phase:steady}': [] });
    assert.equal(result.verdict, 'FAIL');
    assert.match(result.reasons[1], /no answer was completed in the steady phase/);
});

test('the loop is too slow when even its high bound is not above the limit', () => {
    const result = verdict({
        'loop_hz{phase:steady}': times(60, 94), 'loop_hz_low{phase:steady}': [93.9], 'loop_hz_high{phase:steady}': [94.1],
    });
    assert.deepEqual([result.verdict, result.reasons],
        ['FAIL', ['loop frequency 94.00 Hz (between 93.90 and 94.10) is not above 95 Hz']]);
});

test('a limit inside the bound is too close to call', () => {
    const result = verdict({
        'loop_hz{phase:steady}': times(60, 95.01), 'loop_hz_low{phase:steady}': [94.98], 'loop_hz_high{phase:steady}': [95.04],
    });
    assert.deepEqual([result.verdict, result.k6], ['INVALID', 99]);
    assert.match(result.reasons[0], /95\.01 Hz \(between 94\.98 and 95\.04\) is too close to 95 Hz to call/);
});

test('a bound or a mean that is exactly the limit is too close to call', () => {
    for (const [mean, low] of [[95.01, 95], [95, 95.01]]) {
        assert.equal(verdict({
            'loop_hz{phase:steady}': times(60, mean), 'loop_hz_low{phase:steady}': [low], 'loop_hz_high{phase:steady}': [95.02],
        }).verdict, 'INVALID');
    }
});

test('exactly the limit is not above it', () => {
    assert.equal(verdict({
        'loop_hz{phase:steady}': times(60, 95), 'loop_hz_low{phase:steady}': [95], 'loop_hz_high{phase:steady}': [95],
    }).verdict, 'FAIL');
});

test('a mean of windows outside the bounds is said as it is', () => {
    const result = verdict({
        'loop_hz{phase:steady}': times(60, 70), 'loop_hz_low{phase:steady}': [72.1], 'loop_hz_high{phase:steady}': [72.3],
    });
    assert.equal(result.reasons[0],
        'loop frequency between 72.10 and 72.30 Hz, 70.00 Hz as the mean of its windows, is not above 95 Hz');
});

test('a dead loop fails', () => {
    const result = verdict({
        'loop_hz{phase:steady}': times(60, 0), 'loop_hz_low{phase:steady}': [0], 'loop_hz_high{phase:steady}': [0],
        'checks{type:hz}': times(80, 0), loop_longest_gap: [70000],
    });
    assert.equal(result.verdict, 'FAIL');
    assert.deepEqual(result.reasons, [
        'loop frequency 0.00 Hz is not above 95 Hz', '80 of 80 windows provably below 95 Hz; 8 may be, for 5% and the luck of the draw',
        'longest standstill of the loop 1m10s, longer than 1s',
    ]);
});

test('a frequency without bounds is no pass and no failure', () => {
    const result = verdict({ 'loop_hz_low{phase:steady}': [], 'loop_hz_high{phase:steady}': [] });
    assert.deepEqual([result.verdict, result.reasons, result.k6],
        ['INVALID', ['the steady phase is too short to bound the loop frequency'], 99]);
});

test('a loop that was not measured in the steady phase is no pass', () => {
    const result = verdict({ 'loop_hz{phase:steady}': [], 'loop_hz_low{phase:steady}': [], 'loop_hz_high{phase:steady}': [] });
    assert.deepEqual([result.verdict, result.k6], ['INVALID', 99]);
    assert.deepEqual(result.reasons, ['the loop frequency was not measured in the steady phase']);
});

test('windows without a reading prove nothing, windows below the limit do', () => {
    const unread = verdict({ 'checks{type:hz}': [...times(70, 1), ...times(10, 0)], 'checks{type:hz,reading:none}': times(10, 0) });
    assert.deepEqual([unread.verdict, unread.reasons], ['INVALID', ['10 of 80 windows without a reading of the loop']]);
    const low = verdict({ 'checks{type:hz}': [...times(70, 1), ...times(10, 0)] });
    assert.deepEqual([low.verdict, low.reasons], ['FAIL', ['10 of 80 windows provably below 95 Hz; 8 may be, for 5% and the luck of the draw']]);
    const mixed = verdict({ 'checks{type:hz}': [...times(70, 1), ...times(10, 0)], 'checks{type:hz,reading:none}': times(1, 0) });
    assert.deepEqual([mixed.verdict, mixed.reasons],
        ['FAIL', ['9 of 80 windows provably below 95 Hz; 8 may be, for 5% and the luck of the draw']]);
});

test('a few windows below are chance, as many as a loop that just meets the objective may show', () => {
    const below = (n) => verdict({ 'checks{type:hz}': [...times(85 - n, 1), ...times(n, 0)] });
    assert.deepEqual([below(1).verdict, below(8).verdict, below(9).verdict], ['PASS', 'PASS', 'FAIL']);
    assert.equal(slo(below(8), 'checks{type:hz}').why, '8 of 85 windows provably below 95 Hz; 8 may be, for 5% and the luck of the draw');
    assert.equal(slo(verdict(), 'checks{type:hz}').why, 'none of 80 windows provably below 95 Hz');
});

test('a loop that turns too fast fails, and a limit inside its bound is too close to call', () => {
    const at = (mean, low, high) => verdict({
        'loop_hz{phase:steady}': times(60, mean), 'loop_hz_low{phase:steady}': [low], 'loop_hz_high{phase:steady}': [high],
    });
    const twice = at(200, 199.9, 200.1);
    assert.deepEqual([twice.verdict, twice.k6, twice.reasons],
        ['FAIL', 99, ['loop frequency 200.00 Hz (between 199.90 and 200.10) is not below 105 Hz: was the loop started twice?']]);
    assert.deepEqual([at(105, 104.9, 105.1).verdict, at(104.9, 104.8, 104.99).verdict], ['INVALID', 'PASS']);
});

test('no answer to the end fails, however small the error rate is', () => {
    const dead = verdict({ error_rate: [...times(9990, 0), ...times(10, 1)], chat_silence: [10] });
    assert.deepEqual([dead.verdict, dead.k6, dead.reasons],
        ['FAIL', 99, ['the chat did not answer any more at the end: the last 10 attempts all failed']]);
    assert.equal(verdict({ chat_silence: [2] }).verdict, 'PASS');
});

test('what this machine could not do is never held against the server', () => {
    for (const [change, why] of [
        [{ 'chat_failures{reason:generator}': [3] }, /no port, file or memory left 3 times/],
        [{ generator_failures: [1] }, /no port, file or memory left 1 time/],
        [{ generator_suspended: [1] }, /slept or was paused 1 time/],
    ]) {
        const result = verdict({ ...change, error_rate: times(200, 1) });
        assert.deepEqual([result.verdict, result.k6], ['INVALID', 99]);
        assert.match(result.reasons[0], why);
    }
});

test('a loop that is out of sight at the end, or one of several, is not judged', () => {
    assert.match(verdict({ 'loop_unseen{phase:steady}': [9000] }).reasons[0], /could not be read any more for the last 9s of the steady phase/);
    assert.match(verdict({ loop_unseen: [1001] }).reasons[0], /could not be read any more for the last 1s of the run/);
    assert.equal(verdict({ loop_unseen: [1000] }).verdict, 'PASS');
    const several = verdict({ loop_replicas: [3] });
    assert.deepEqual([several.verdict, several.k6], ['INVALID', 99]);
    assert.match(several.reasons[0], /several processes answer at METRICS_URL/);
});

test('a page that is a copy shows no standstill shorter than its period', () => {
    const copy = verdict({ loop_page_period: [3000], loop_longest_gap: [400] });
    assert.deepEqual([copy.verdict, slo(copy, 'loop_longest_gap').outcome], ['PASS', 'skipped']);
    assert.match(copy.reasons[0], /the metrics page is a copy, renewed every 3s/);
    assert.equal(verdict({ loop_page_period: [3000], loop_longest_gap: [1001] }).verdict, 'FAIL', 'one that is provable all the same');
});

test('a standstill and a restart fail, also outside the steady phase', () => {
    assert.deepEqual(verdict({ loop_longest_gap: [9, 1000.5] }).reasons, ['longest standstill of the loop 1.0005s, longer than 1s']);
    assert.equal(verdict({ loop_longest_gap: [9, 1000] }).verdict, 'PASS');
    assert.deepEqual(verdict({ loop_restarts: [1] }).reasons, ['the loop was restarted 1 time, more than 0']);
});

test('slow connections and answers fail', () => {
    const slow = verdict({
        'ws_connection_time{phase:steady}': [...times(90, 10), ...times(10, 6000)],
        'message_response_time{phase:steady}': [...times(80, 900), ...times(20, 10000)],
    });
    assert.deepEqual([slow.verdict, slow.reasons], ['FAIL',
        ['connection time p(95) 6s, not less than 5s', 'response time p(90) 10s, not less than 10s']]);
});

test('coverage below the limit makes the run invalid', () => {
    const result = verdict({ hz_coverage: [...times(71, 1), ...times(9, 0)] });
    assert.deepEqual([result.verdict, result.reasons], ['INVALID', ['the loop was measured in 88.8% of the run, less than 90.0%']]);
    assert.deepEqual(verdict({ hz_scrapes: [], hz_coverage: [] }).reasons, ['the loop was never read']);
});

test('a failure is named before what could not be decided', () => {
    const result = verdict({ hz_coverage: [...times(40, 1), ...times(40, 0)], loop_restarts: [2] });
    assert.deepEqual([result.verdict, result.reasons.length, result.reasons[0]],
        ['FAIL', 2, 'the loop was restarted 2 times, more than 0']);
});

test('a late generator makes the run invalid, whatever else there is, and names it', () => {
    const result = verdict({ generator_lag: times(100, 250), error_rate: times(200, 1) });
    assert.deepEqual([result.verdict, result.exitCode, result.k6], ['INVALID', 99, 99]);
    assert.match(result.reasons[0], /^the load generator woke up to 250ms late \(p99\), more than 100ms/);
    assert.match(result.reasons[1], /^100\.00% of turns failed/);
});

test('a generator of which nothing is known makes the run invalid', () => {
    const result = verdict({ generator_lag: [] });
    assert.deepEqual([result.verdict, result.k6], ['INVALID', 99]);
    assert.deepEqual(result.reasons, ['it is not known whether the load generator kept up']);
});

test('a frequency that is reported and not measured can pass, but says so', () => {
    const reported = { loop_longest_gap: [], 'loop_hz_low{phase:steady}': [100], 'loop_hz_high{phase:steady}': [100] };
    const result = verdict(reported, { setup: { ...setup, source: 'gauge' } });
    assert.deepEqual([result.verdict, result.measured, result.k6], ['PASS', false, 0]);
    assert.match(result.reasons[0], /reported by the server, not measured/);
    assert.equal(slo(result, 'loop_longest_gap').outcome, 'skipped');
});

test('a run that was cut short is no pass, and the exit code is not that of the thresholds', () => {
    const result = verdict({}, { seconds: 40 });
    assert.deepEqual([result.verdict, result.complete, result.exitCode], ['INVALID', false, null]);
    assert.deepEqual(result.reasons, ['the run ended after 39.8s of 1m25s']);
});

test('the time that setup took does not make a run whole', () => {
    const seconds = shape.total / 1000;
    assert.equal(verdict({}, { seconds: seconds + 5, setup: { ...setup, setupTime: 20000 } }).verdict, 'INVALID');
    assert.equal(verdict({}, { seconds: seconds + 20, setup: { ...setup, setupTime: 20000 } }).verdict, 'PASS');
});

test('a run that did not start is invalid', () => {
    const data = summaryData({}, config, { setup: undefined, seconds: 0.1 });
    const result = judge(data, config, shape.total);
    assert.deepEqual([result.verdict, result.started, result.exitCode], ['INVALID', false, null]);
});

test('without setup data, as with --no-setup, the samples show that the run started', () => {
    assert.equal(verdict({}, { setup: undefined }).verdict, 'PASS');
    assert.equal(verdict({ hz_scrapes: [] }, { setup: undefined }).started, true, 'there were turns');
    assert.equal(verdict({ error_rate: [] }, { setup: undefined }).started, true, 'there were readings');
    assert.equal(verdict({}, { setup: undefined, seconds: shape.total / 1000 - 0.5 }).complete, true, 'no setup time to take off');
});

test('a threshold that someone added is not overruled', () => {
    const data = run();
    data.metrics.error_rate.thresholds = { ...data.metrics.error_rate.thresholds, 'rate<0': { ok: false } };
    const result = judge(data, config, shape.total);
    assert.deepEqual([result.verdict, result.exitCode], ['INVALID', 99]);
});

test('PASS if and only if every threshold holds: 20,000 random runs', () => {
    const random = seeded(20260101);
    const seen = { PASS: 0, FAIL: 0, INVALID: 0 };
    for (let i = 0; i < 20000; i += 1) {
        const samples = randomSamples(random);
        const data = summaryData(samples, config, { setup, seconds: shape.total / 1000 + 1 });
        const result = judge(data, config, shape.total);
        const passes = exitCode(data) === 0;
        assert.equal(result.verdict === 'PASS', passes, JSON.stringify({ reasons: result.reasons, samples }));
        assert.equal(result.exitCode, passes ? 0 : 99);
        assert.doesNotMatch(result.reasons.join(), /k6 found a threshold crossed/, 'each crossed threshold has an outcome of its own');
        if (result.slos.some((s) => s.generator && s.outcome !== 'pass')) assert.equal(result.verdict, 'INVALID');
        else if (result.slos.some((s) => s.outcome === 'fail')) assert.equal(result.verdict, 'FAIL');
        seen[result.verdict] += 1;
    }
    assert.ok(Math.min(...Object.values(seen)) > 1000, `every verdict is reached often: ${JSON.stringify(seen)}`);
});

/**
 * The good run with each of its parts, now and then, emptied, set to a limit, or moved across it.
 *
 * @param {() => number} random
 */
function randomSamples(random) {
    const samples = goodSamples();
    const some = (list) => list[Math.floor(random() * list.length)];
    const spoil = (name, make) => {
        if (random() < 0.12) samples[name] = random() < 0.25 ? [] : make();
    };
    const around = (limit) => some([limit, limit * 0.999, limit * 1.001, limit / 2, limit * 2, 0]);
    const share = (ones) => times(100, 0).map((_, i) => (i < ones ? 1 : 0));

    spoil('chat_silence', () => [some([0, 2, 3, 500])]);
    for (const name of ['generator_failures', 'generator_suspended', 'loop_replicas']) if (random() < 0.02) samples[name] = [some([0, 1, 7])];
    for (const name of ['loop_unseen', 'loop_unseen{phase:steady}']) if (random() < 0.05) samples[name] = [around(1000)];
    spoil('error_rate', () => share(some([0, 1, 2, 50, 100])));
    spoil('chat_turns', () => [some([0, 1, 200])]);
    spoil('ws_connection_time{phase:steady}', () => times(10, around(5000)));
    spoil('message_response_time{phase:steady}', () => times(10, around(10000)));
    spoil('loop_longest_gap', () => [around(1000)]);
    spoil('loop_restarts', () => [some([0, 1, 2])]);
    spoil('hz_scrapes', () => [some([0, 5])]);
    spoil('hz_coverage', () => share(some([0, 89, 90, 91, 100])));
    spoil('generator_lag', () => times(10, around(100)));
    if (random() < 0.3) {
        const hz = around(95);
        samples['loop_hz{phase:steady}'] = random() < 0.1 ? [] : times(60, hz);
        samples['loop_hz_low{phase:steady}'] = random() < 0.1 ? [] : [Math.max(0, hz - random() * 0.2 + some([0, 0, 3]))];
        samples['loop_hz_high{phase:steady}'] = random() < 0.1 ? [] : [hz + random() * 0.2];
    }
    if (random() < 0.1) {
        const hz = around(105);
        samples['loop_hz{phase:steady}'] = times(60, hz);
        samples['loop_hz_low{phase:steady}'] = [Math.max(0, hz - random() * 0.2)];
        samples['loop_hz_high{phase:steady}'] = [hz + random() * 0.2];
    }
    if (random() < 0.2) {
        const good = some([0, 90, 91, 92, 100]);
        samples['checks{type:hz}'] = share(good);
        samples['checks{type:hz,reading:none}'] = times(Math.floor(random() * (101 - good)), 0);
    }
    if (random() < 0.05) samples['checks{type:hz}'] = [];
    // What the extension and the script make sample by sample together is there together.
    if (samples.error_rate.length === 0) samples.chat_turns = [];
    if (samples.hz_coverage.length === 0 || samples['checks{type:hz}'].length === 0) samples.hz_scrapes = [];
    for (const reason of REASONS) if (random() < (reason === 'generator' ? 0.02 : 0.1)) samples[`chat_failures{reason:${reason}}`] = [Math.ceil(random() * 9)];
    return samples;
}
