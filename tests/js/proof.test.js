import assert from 'node:assert/strict';
import { test } from 'node:test';

import { proofs, recorded, silenceLimit } from '../../scripts/lib/proof.js';
import { judge } from '../../scripts/lib/verdict.js';
import { exitCode, summaryData } from './lib/k6-summary.js';
import { config, goodSamples, nothingRecorded, setup, shape } from './lib/runs.js';

const share = (low, high) => ({ hits: 1, n: 1000, users: 100, effective: 900, low, high });
const wait = (changes) => ({ n: 1000, cut: 0, users: 100, effective: 900, low: 1100, high: 1300, atOnce: 1200, never: 1200, ...changes });

/** What is proved of the error rate and of the response time, when that was recorded. */
function proved({ errors = share(0, 0.004), response = wait({}) }, evidence = 'report') {
    return proofs(recorded(config), {
        ...nothingRecorded, share: () => errors, percentile: (name) => (name === 'message_response_time' ? response : null),
    }, evidence === 'require');
}

/** The verdict on a good run of which that is proved, and k6's exit code with what teardown() makes of it. */
function verdict(proofsOfIt) {
    const count = (wanted) => proofsOfIt.filter(({ outcome }) => outcome === wanted).map(() => 1);
    const data = summaryData({ ...goodSamples(), slo_missed: count('missed'), slo_undecided: count('undecided') }, config,
        { setup, seconds: shape.total / 1000 + 0.25 });
    return { ...judge(data, config, shape.total, [], proofsOfIt), k6: exitCode(data) };
}

test('every recorded objective carries its interval', () => {
    const result = verdict(proved({}));
    assert.deepEqual([result.verdict, result.k6], ['PASS', 0]);
    const of = (name) => result.slos.find((slo) => slo.name === name).evidence;
    assert.deepEqual(of('error rate'), { low: 0, high: 0.004, n: 1000, users: 100 });
    assert.deepEqual(of('response time'), { low: 1100, high: 1300, n: 1000, users: 100 });
    assert.equal(of('connection time'), undefined, 'nothing was recorded of it');
});

test('EVIDENCE=require makes a limit inside the interval INVALID', () => {
    for (const inside of [{ errors: share(0.002, 0.013) }, { response: wait({ high: null }) }, { response: wait({ high: 10000 }) }]) {
        const reported = verdict(proved(inside, 'report'));
        assert.deepEqual([reported.verdict, reported.k6], ['PASS', 0]);
        const required = verdict(proved(inside, 'require'));
        assert.deepEqual([required.verdict, required.k6], ['INVALID', 99]);
        assert.match(required.reasons[0], /the 95% interval .* holds the limit .* EVIDENCE=require/);
    }
    assert.equal(verdict(proved({}, 'require')).verdict, 'PASS');
});

test('a percentile whose limit lies between at once and never is undecided', () => {
    const result = verdict(proved({ response: wait({ cut: 150, atOnce: 9000, never: null }) }));
    assert.deepEqual([result.verdict, result.k6], ['INVALID', 99]);
    assert.equal(result.reasons[0],
        '150 of 1000 waits were cut off by the end of the test: had they ended at once, p(90) were 9s, and without an end had they never ended; the limit is 10s');
});

test('waits that were cut off behind the limit miss it, though every answer that came was quick', () => {
    const result = verdict(proved({ response: wait({ cut: 200, atOnce: 12000, never: null }) }));
    assert.deepEqual([result.verdict, result.k6], ['FAIL', 99]);
    assert.match(result.reasons[0], /200 of 1000 waits were cut off .* p\(90\) were 12s, not less than 10s/);
});

test('waits that were cut off decide nothing where their end does not matter', () => {
    assert.equal(verdict(proved({ response: wait({ cut: 3, atOnce: 1200, never: 1300 }) })).verdict, 'PASS');
});

test('so many failures in a row are chance in less than one of a million runs of a server that just meets its error rate', () => {
    for (const rate of [0.001, 0.01, 0.05, 0.3]) {
        assert.ok(rate ** silenceLimit(rate) <= 1e-6 * 1.0001, `${rate}`);
        assert.ok(silenceLimit(rate) === 3 || rate ** (silenceLimit(rate) - 1) > 1e-6, `${rate}: no more than needed`);
    }
    assert.equal(silenceLimit(1), 1e6, 'everything may fail');
});
