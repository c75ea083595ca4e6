import assert from 'node:assert/strict';
import { test } from 'node:test';

import { loadShape } from '../../scripts/lib/phases.js';

const DEFAULTS = { VUS: 1000, DURATION: 300000, IDLE: 10000, RAMP: true, RAMP_SCALE: 1 };

test('1,000 users for 5 minutes: 10 s idle, up in three steps, 5 minutes, down in 30 s: 7m40s', () => {
    const shape = loadShape(DEFAULTS);
    assert.deepEqual(shape.stages, [
        { duration: '30000ms', target: 250 },
        { duration: '30000ms', target: 500 },
        { duration: '60000ms', target: 1000 },
        { duration: '300000ms', target: 1000 },
        { duration: '30000ms', target: 0 },
    ]);
    assert.equal(shape.total, 460000);
    assert.deepEqual(shape.phases, [
        { name: 'idle', from: 0, to: 10000, users: 0 },
        { name: 'ramp', from: 10000, to: 130000, users: 1000 },
        { name: 'steady', from: 130000, to: 430000, users: 1000 },
        { name: 'rampdown', from: 430000, to: 460000, users: 0 },
    ]);
});

test('a phase begins exactly where the one before it ends', () => {
    const { phaseAt } = loadShape(DEFAULTS);
    for (const [seconds, phase] of [
        [0, 'idle'], [9.999, 'idle'], [10, 'ramp'], [129.999, 'ramp'], [130, 'steady'], [429.999, 'steady'],
        [430, 'rampdown'], [460, 'rampdown'], [465, 'rampdown']]) {
        assert.equal(phaseAt(seconds), phase, `${seconds} s`);
    }
});

test('RAMP=0: everyone comes at once, and nobody leaves before the end', () => {
    const shape = loadShape({ ...DEFAULTS, RAMP: false });
    assert.deepEqual(shape.stages, [{ duration: '0ms', target: 1000 }, { duration: '300000ms', target: 1000 }]);
    assert.deepEqual(shape.phases.map((p) => p.name), ['idle', 'steady']);
    assert.deepEqual([shape.total, shape.phaseAt(9.9), shape.phaseAt(10), shape.phaseAt(400)], [310000, 'idle', 'steady', 'steady']);
});

test('IDLE=0: the ramp begins at once', () => {
    const shape = loadShape({ ...DEFAULTS, IDLE: 0 });
    assert.deepEqual([shape.idle, shape.phaseAt(0), shape.total], [0, 'ramp', 450000]);
});

test('RAMP_SCALE changes the ramps and nothing else', () => {
    const shape = loadShape({ ...DEFAULTS, RAMP_SCALE: 0.1 });
    assert.deepEqual(shape.stages.map((s) => s.duration), ['3000ms', '3000ms', '6000ms', '300000ms', '3000ms']);
    assert.equal(shape.total, 10000 + 12000 + 300000 + 3000);
});

test('the stages last exactly as long as the phases after idle, with any settings', () => {
    for (const RAMP_SCALE of [0.01, 0.37, 1, 2.5]) {
        for (const RAMP of [true, false]) {
            for (const VUS of [1, 2, 3, 7, 1000]) {
                const shape = loadShape({ ...DEFAULTS, VUS, RAMP, RAMP_SCALE });
                const staged = shape.stages.reduce((sum, s) => sum + parseInt(s.duration, 10), 0);
                assert.equal(staged, shape.total - shape.idle);
                assert.ok(shape.stages.every((s) => Number.isInteger(s.target) && s.target <= VUS));
                assert.equal(Math.max(...shape.stages.map((s) => s.target)), VUS);
                assert.ok(shape.stages.slice(0, -1).every((s) => s.target >= 1), 'no step without users');
            }
        }
    }
});
