import assert from 'node:assert/strict';
import { test } from 'node:test';

import { objectives, REASONS, summaryOnly, thresholds } from '../../scripts/lib/thresholds.js';
import { typeOf } from './lib/k6-summary.js';
import { config, run, shape } from './lib/runs.js';

/** What k6 accepts: metrics/metric_type.go. */
const ALLOWED = {
    counter: /^(count|rate)$/,
    gauge: /^value$/,
    rate: /^rate$/,
    trend: /^(avg|min|max|med|p\(\d+(\.\d+)?\))$/,
};

test('every threshold uses an aggregation that k6 has for its metric', () => {
    for (const [metric, sources] of Object.entries(thresholds(config, shape.total))) {
        for (const source of sources) {
            const [, stat] = (/^(.+?)(<=|>=|<|>)\d+(\.\d+)?$/.exec(source) ?? assert.fail(source));
            assert.match(stat, ALLOWED[(typeOf(metric))], `${metric}: ${source}`);
        }
    }
});

test('the objectives are those of the contract', () => {
    assert.deepEqual(objectives(config, shape.total), {
        error_rate: ['rate<0.01'],
        chat_turns: ['count>0'],
        chat_silence: ['value<3'],
        'ws_connection_time{phase:steady}': ['p(95)<5000', 'max>0'],
        'message_response_time{phase:steady}': ['p(90)<10000', 'max>0'],
        'loop_hz{phase:steady}': ['avg>95', 'avg<105'],
        'loop_hz_low{phase:steady}': ['value>95'],
        'loop_hz_high{phase:steady}': ['value<105'],
        'checks{type:hz}': ['rate>0.9'], // 8 of 85 windows may be below
        loop_longest_gap: ['max<=1000'],
        loop_restarts: ['count<=0'],
        hz_scrapes: ['count>0'],
        hz_coverage: ['rate>=0.9'],
        generator_lag: ['p(99)<=100', 'max>0'],
        'chat_failures{reason:generator}': ['count<1'],
        generator_failures: ['count<1'],
        generator_suspended: ['count<1'],
        loop_replicas: ['count<1'],
        loop_unseen: ['value<=1000'],
        'loop_unseen{phase:steady}': ['value<=1000'],
        slo_missed: ['count<1'],
        slo_undecided: ['count<1'],
    });
    assert.deepEqual(Object.keys(objectives({ ...config, HZ_AVERAGE_MAXIMUM: 0 }, shape.total)).filter((name) => /high/.test(name)), []);
});

test('what is there for the summary only is always met, and replaces no objective', () => {
    const all = thresholds(config, shape.total);
    for (const [metric, sources] of Object.entries(objectives(config, shape.total))) assert.deepEqual(all[metric], sources);
    const only = Object.entries(summaryOnly()).filter(([metric]) => !(metric in objectives(config, shape.total)));
    for (const data of [run(), run(Object.fromEntries(Object.keys(all).map((name) => [name, []])))]) {
        for (const [metric, sources] of only) {
            for (const source of sources) assert.ok(data.metrics[metric].thresholds?.[source].ok, `${metric}: ${source}`);
        }
    }
});

test('every failure reason is in the summary data', () => {
    for (const reason of REASONS) assert.ok(`chat_failures{reason:${reason}}` in thresholds(config, shape.total));
    assert.equal(REASONS.length, 9);
});
