// Some users, who ask each of QUESTIONS over one connection, and open another where the server ended it.
import { Counter } from 'k6/metrics';
import { ChatClient } from 'k6/x/fwhz';

const REASONS = ['dial', 'handshake', 'connect_timeout', 'response_timeout', 'closed', 'reset', 'server_error', 'protocol', 'generator'];
const QUESTIONS = (__ENV.QUESTIONS || 'plain').split(',');

export const options = {
    scenarios: { users: { executor: 'per-vu-iterations', vus: 3, iterations: 1, maxDuration: '2m' } },
    thresholds: Object.fromEntries(REASONS.map((reason) => [`chat_failures{reason:${reason}}`, ['count>=0']])), // so that the summary has them
};

const chat = new ChatClient(__ENV.WS_URL, { connectTimeout: '30s', responseTimeout: '30s', keepText: true });
const characters = new Counter('characters');

export function setup() {
    const probe = chat.probe();
    if (!probe.ok) throw new Error(probe.error.message);
}

export default function () {
    let session = chat.connect();
    for (const question of QUESTIONS) {
        if (!session.open) session = chat.connect();
        const reply = session.ask(question, { userId: `user_${__VU}` });
        if (reply.ok) characters.add(reply.text.length);
        else console.log(`${question}: ${reply.error.code}: ${reply.error.message}`);
        session.think(0.15); // some heartbeats long
    }
    session.close();
}

export function handleSummary({ metrics }) {
    const count = (name) => metrics[name]?.values.count ?? 0;
    return { [__ENV.SUMMARY_FILE]: JSON.stringify({
        sessions: count('ws_sessions'),
        turns: count('chat_turns'),
        failed: metrics.error_rate?.values.passes ?? 0,
        attempts: (metrics.error_rate?.values.passes ?? 0) + (metrics.error_rate?.values.fails ?? 0),
        tokens: count('chat_tokens'),
        characters: count('characters'),
        others: count('chat_other_messages'),
        failures: Object.fromEntries(REASONS.map((reason) => [reason, count(`chat_failures{reason:${reason}}`)]).filter(([, n]) => n > 0)),
    }) };
}
