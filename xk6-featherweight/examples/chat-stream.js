/**
 * Five users ask three questions each over one connection, and read the answers token by token.
 *
 *   k6 run examples/chat-stream.js
 *   k6 run -e WS_URL=wss://chat.example.org -e CHAT_TOKEN=secret examples/chat-stream.js
 */

import { check, sleep } from 'k6';
import { ChatClient } from 'k6/x/fwhz';

const chat = new ChatClient(`${__ENV.WS_URL || 'ws://localhost:8080'}/api/chat`, {
    connectTimeout: '5s',
    responseTimeout: '10s',
    query: __ENV.CHAT_TOKEN ? { token: __ENV.CHAT_TOKEN } : {},
});

export const options = {
    scenarios: {
        users: { executor: 'per-vu-iterations', vus: 5, iterations: 1, maxDuration: '1m' },
    },
    thresholds: {
        error_rate: ['rate<0.01'],
        chat_turns: ['count>0'], // without it, a run in which nothing happened would pass
        chat_ttft: ['p(95)<1000'],
    },
};

export default function () {
    const session = chat.connect();
    if (!session.ok) {
        console.warn(session.error?.message);
        sleep(1); // do not hammer a server that is in trouble
        return;
    }
    for (let turn = 1; turn <= 3; turn += 1) {
        const reply = session.ask('Hello', { userId: `user_${__VU}` });
        if (reply.interrupted) break; // the test ended: neither a success nor a failure
        check(reply, { 'stream completed': (r) => r.ok });
        if (!reply.ok) break;
        console.log(`${reply.tokens} tokens, the first after ${reply.ttft?.toFixed(0)} ms, all in ${reply.duration?.toFixed(0)} ms`);
        session.think(1); // waits and reads: pings are answered, a close is seen
    }
    session.close();
}
