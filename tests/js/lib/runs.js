/**
 * A run in which all went well, to be spoilt by the tests one thing at a time.
 */

import { readConfig } from '../../../scripts/lib/config.js';
import { loadShape } from '../../../scripts/lib/phases.js';
import { READERS } from '../../../scripts/lib/variables.js';
import { summaryData } from './k6-summary.js';

export const config = readConfig({ VUS: '10', DURATION: '1m', RAMP_SCALE: '0.1' }, READERS.MAIN);
export const shape = loadShape(config);
export const setup = { source: 'counter', started: '2026-01-02T03:04:05.000Z', setupTime: 250 };

/**
 * @param {number} count
 * @param {number} value
 */
export const times = (count, value) => Array(count).fill(value);

export function goodSamples() {
    return {
        error_rate: times(200, 0),
        'error_rate{phase:steady}': times(180, 0),
        chat_turns: times(200, 1),
        'chat_turns{phase:steady}': times(180, 1),
        chat_tokens: [4000],
        chat_goodput: times(200, 1),
        ws_sessions: times(70, 1),
        ws_connection_time: times(70, 12),
        'ws_connection_time{phase:steady}': times(60, 12),
        message_response_time: times(200, 1200),
        'message_response_time{phase:steady}': times(180, 1200),
        loop_hz: times(80, 100),
        'loop_hz{phase:idle}': times(10, 99),
        'loop_hz{phase:steady}': times(60, 100),
        'loop_hz_low{phase:idle}': [98.9],
        'loop_hz_high{phase:idle}': [99.1],
        'loop_hz_low{phase:steady}': [99, 99.98],
        'loop_hz_high{phase:steady}': [101, 100.02],
        'loop_counter_from{phase:steady}': [2210, 2220],
        'loop_counter_to{phase:steady}': [2310, 8210],
        'checks{type:hz}': times(80, 1),
        loop_longest_gap: times(80, 9.9),
        hz_scrapes: times(80, 10),
        hz_coverage: times(80, 1),
        generator_lag: [...times(99, 0.5), 40],
        'ws_connected{phase:steady}': [1, 10, 9],
    };
}

/** Of a run of which nothing was recorded but k6's samples. */
export const nothingRecorded = { attempt() {}, wait() {}, share: () => null, percentile: () => null, silence: () => ({ failed: 0, seconds: 0 }) };

export const checks = [
    { name: 'connection opened', passes: 70, fails: 0 },
    { name: 'stream completed', passes: 200, fails: 0 },
    { name: 'loop not provably below 95 Hz', passes: 80, fails: 0 },
];

/**
 * @param {Record<string, number[]>} changes to the good run; an empty list means no sample
 * @param {{setup?: object | undefined, seconds?: number, checks?: object[]}} [run]
 */
export function run(changes = {}, run = {}) {
    return summaryData({ ...goodSamples(), ...changes }, config,
        { setup, seconds: shape.total / 1000 + 0.25, checks, ...run });
}
