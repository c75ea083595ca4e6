import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readConfig } from '../../scripts/lib/config.js';
import { READERS } from '../../scripts/lib/variables.js';
import { judge } from '../../scripts/lib/verdict.js';
import { exitCode, summaryData } from './lib/k6-summary.js';
import { checks, config, goodSamples, setup, shape, times } from './lib/runs.js';

/** The verdict of k6 and of the summary on a run that is good but for `changes`, with one limit set to something else. */
function verdictWith(limit, changes) {
    const limited = readConfig({ VUS: '10', DURATION: '1m', RAMP_SCALE: '0.1', ...limit }, READERS.MAIN);
    const data = summaryData({ ...goodSamples(), ...changes }, limited, { setup, seconds: shape.total / 1000 + 0.25, checks });
    const result = judge(data, limited, shape.total);
    return { verdict: result.verdict, k6: exitCode(data), why: result.reasons.join('; ') };
}

test('every limit is where the verdict changes, for k6 as for the summary', () => {
    // The same samples on both sides of each limit: the limit that they meet, the one that they miss, and what the miss is called.
    for (const [name, met, missed, verdict, why, changes] of [
        ['ERROR_RATE_THRESHOLD', '0.06', '0.05', 'FAIL', /of turns failed .*not less than 5\.00%/, { error_rate: [...times(190, 0), ...times(10, 1)] }],
        ['HZ_AVERAGE_THRESHOLD', '99.9', '101', 'FAIL', /loop frequency .* is not above 101 Hz/, {}],
        ['HZ_AVERAGE_MAXIMUM', '100.1', '100', 'FAIL', /is not below 100 Hz/, { 'loop_hz_low{phase:steady}': [100] }],
        ['WS_CONNECTION_TIME_P95', '12.1', '12', 'FAIL', /connection time .*12ms/, {}],
        ['MESSAGE_RESPONSE_TIME_P90', '1201', '1200', 'FAIL', /response time .*1\.2s/, {}],
        ['LOOP_LONGEST_GAP', '9.9', '9.8', 'FAIL', /longest standstill|stood still/, {}],
        ['LOOP_RESTARTS', '2', '1', 'FAIL', /restarted 2 times/, { loop_restarts: [1, 1] }],
        ['GENERATOR_LAG_P99', '0.9', '0.8', 'INVALID', /the load generator woke up/, { generator_lag: times(100, 0.9) }],
        ['HZ_COVERAGE', '0.8', '0.81', 'INVALID', /loop .*80/, { hz_coverage: [...times(64, 1), ...times(16, 0)] }],
    ]) {
        const good = verdictWith({ [name]: met }, changes);
        assert.deepEqual([good.verdict, good.k6], ['PASS', 0], `${name}=${met}: ${good.why}`);
        const bad = verdictWith({ [name]: missed }, changes);
        assert.deepEqual([bad.verdict, bad.k6], [verdict, 99], `${name}=${missed}`);
        assert.match(bad.why, why, name);
        assert.ok(config[name] !== Number(met) && config[name] !== Number(missed), `${name}: neither is the default`);
    }
});
