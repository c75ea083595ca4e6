/**
 * Four VUs of 25 users each: every user has a connection and a pace of his own, and none has a JavaScript runtime, so that
 * tens of thousands fit into one machine.
 *
 *   k6 run examples/fleet.js
 */

import { ChatClient } from 'k6/x/fwhz';

const chat = new ChatClient(`${__ENV.WS_URL || 'ws://localhost:8080'}/api/chat`);

export const options = {
    scenarios: {
        users: { executor: 'per-vu-iterations', vus: 4, iterations: 1, maxDuration: '1m' },
    },
    thresholds: {
        error_rate: ['rate<0.01'],
        chat_turns: ['count>=100'],
    },
};

export default function () {
    const { ok, failed, failures } = chat.fleet(25).converse({
        questions: ['Hello, how are you today?', 'How would you describe the colour blue?'],
        turns: 2, thinkMin: '500ms', thinkMax: '1500ms', // a pause between the two turns, drawn for each user
        spread: '1s', // they come one after the other
        repeat: '5s', // for so long a user begins a new conversation when the last is over
        userId: `user_${__VU}`,
    });
    console.log(`${ok} answers, ${failed} failures ${JSON.stringify(failures)}`);
}
