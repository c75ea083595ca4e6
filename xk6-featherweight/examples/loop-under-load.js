/**
 * Does the loop keep its frequency while users stream? One observer, twenty users, thirty seconds.
 *
 *   k6 run examples/loop-under-load.js
 */

import { check, sleep } from 'k6';
import exec from 'k6/execution';
import { ChatClient, HzSampler } from 'k6/x/fwhz';

const IDLE = 5; // seconds before the first user, for comparison

const loop = new HzSampler({ url: `${__ENV.BASE_URL || 'http://localhost:4000'}/metrics` });
const chat = new ChatClient(`${__ENV.WS_URL || 'ws://localhost:8080'}/api/chat`);

export const options = {
    scenarios: {
        observer: { executor: 'constant-vus', exec: 'observe', vus: 1, duration: '30s', gracefulStop: '0s' },
        users: { executor: 'constant-vus', exec: 'talk', vus: 20, startTime: `${IDLE}s`, duration: `${30 - IDLE}s`, gracefulStop: '5s' },
    },
    thresholds: {
        'loop_hz{phase:idle}': ['avg>95'],
        'loop_hz{phase:load}': ['avg>95'],
        'loop_hz_low{phase:load}': ['value>95'], // not only the average, but all that it can have been
        error_rate: ['rate<0.01'],
        chat_turns: ['count>0'],
    },
};

export function observe() {
    const seconds = exec.scenario.progress * 30;
    exec.vu.metrics.tags.phase = seconds < IDLE ? 'idle' : 'load'; // bounds are kept for each phase
    const w = loop.next();
    check(w, { 'loop not below 95 Hz': (x) => x.high !== null && x.high > 95 }, { type: 'hz' });
}

export function talk() {
    const session = chat.connect();
    if (!session.ok) {
        sleep(1);
        return;
    }
    session.ask('Hello', { userId: `user_${__VU}` });
    session.think(1 + Math.random());
    session.close();
}
