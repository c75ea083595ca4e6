// The main job's conversation, written for stock k6/ws as its documentation shows it: a socket for three questions with
// pauses of 1 to 3 s between them, handlers for its events, the turn's times taken in the handlers, custom metrics.
import ws from 'k6/ws';
import { Counter, Rate, Trend } from 'k6/metrics';

export const options = {
    scenarios: { chat: { executor: 'constant-vus', vus: Number(__ENV.VUS), duration: __ENV.DURATION, gracefulStop: '5s' } },
};

const errors = new Rate('error_rate_ws');
const response = new Trend('message_response_time_ws', true);
const ttft = new Trend('chat_ttft_ws', true);
const itl = new Trend('chat_itl_ws', true);
const longestGap = new Trend('chat_longest_gap_ws', true);
const turns = new Counter('chat_turns_ws');
const tokens = new Counter('chat_tokens_ws');
const failures = new Counter('chat_failures_ws');

const TURNS = 3;
const thinkTime = () => 1000 + Math.random() * 2000;

let sequence = 0;

export default function () {
    ws.connect(`${__ENV.WS_URL}/api/chat`, {}, (socket) => {
        let turn;
        let asked = 0;
        const ask = () => {
            asked++;
            turn = { id: `ws-${__VU}-${sequence++}`, sent: Date.now(), tokens: 0, first: 0, last: 0, gap: 0, error: false };
            socket.send(JSON.stringify({
                type: 'user_message', content: 'Hello', messageId: turn.id, userId: `user_${__VU}`, timestamp: new Date().toISOString(),
            }));
        };
        const fail = (reason) => {
            errors.add(1);
            failures.add(1, { reason });
            socket.close();
        };
        socket.on('open', ask);
        socket.on('message', (text) => {
            let message;
            try {
                message = JSON.parse(text);
            } catch (_) {
                fail('protocol');
                return;
            }
            if (message.type === 'error') {
                fail('server_error');
                return;
            }
            const event = message.event;
            if (message.type !== 'stream_event' || !event || event.messageId !== turn.id) {
                fail('protocol');
                return;
            }
            const now = Date.now();
            if (event.type === 'token') {
                if (event.data !== '') {
                    if (turn.tokens === 0) {
                        turn.first = now;
                    } else if (now - turn.last > turn.gap) {
                        turn.gap = now - turn.last;
                    }
                    turn.tokens++;
                    turn.last = now;
                }
            } else if (event.type === 'complete') {
                errors.add(0);
                turns.add(1);
                tokens.add(turn.tokens);
                response.add(now - turn.sent);
                ttft.add(turn.first - turn.sent);
                itl.add((turn.last - turn.first) / (turn.tokens - 1));
                longestGap.add(turn.gap);
                if (asked < TURNS) {
                    socket.setTimeout(ask, thinkTime());
                } else {
                    socket.close();
                }
            }
        });
        socket.on('error', (error) => fail(String(error)));
    });
}

export function handleSummary(data) {
    return { [__ENV.SUMMARY_FILE]: JSON.stringify({
        tokens: data.metrics.chat_tokens_ws.values.count,
        failures: data.metrics.error_rate_ws.values.rate,
    }) };
}
