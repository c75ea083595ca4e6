// Users whose turns a packet capture sees, too (wire_test.go). Each tells of its turns when all are over, so that telling
// disturbs none: one line of JSON a turn.
import { sleep } from 'k6';
import exec from 'k6/execution';
import { ChatClient } from 'k6/x/fwhz';

const seconds = (name) => Number(__ENV[name]);
const spread = seconds('SPREAD'); // users connect, one after the other, in this time
const together = seconds('TOGETHER'); // 0, or when all ask their only question
const asking = seconds('ASKING'); // when nobody asks any more
const over = seconds('OVER'); // when all answers are there

export const options = {
    summaryTrendStats: ['max'],
    scenarios: { chat: { executor: 'per-vu-iterations', vus: Number(__ENV.VUS), iterations: 1, maxDuration: '10m' } },
};

const chat = new ChatClient(`${__ENV.WS_URL}/api/chat`, { connectTimeout: '60s', responseTimeout: '120s' });
const left = (until) => Math.max(0, until - (Date.now() - exec.scenario.startTime) / 1000);

export default function () {
    const turns = [];
    sleep(left((spread * (__VU - 1)) / Number(__ENV.VUS)));
    const session = chat.connect();
    session.think(left(together));
    do {
        turns.push(session.ask('Hello', { userId: `user_${__VU}` }));
        if (!together) session.think(0.2 + 0.6 * Math.random());
    } while (session.open && !together && left(asking) > 0);
    session.think(left(over));
    session.close();
    turns.forEach(({ messageId: id, ok, error, tokens, ttft, itl, longestGap, duration }, nth) => {
        const connect = nth === 0 ? session.connectTime : 0;
        console.log(JSON.stringify({ id, ok, error: error ? error.message : '', tokens, ttft, itl, longestGap, duration, connect }));
    });
}

// And by how much any of these times may be wrong through this process: its own word.
export function handleSummary({ metrics }) {
    console.log(JSON.stringify({ mayBeWrong: metrics.generator_error.values.max }));
    return {};
}
