// What a user of k6's own modules writes around a chat: a turn with its times, and metrics of it.
import { Counter, Rate, Trend } from 'k6/metrics';

import { summary } from './users.js';

const errors = new Rate('error_rate_ws');
const response = new Trend('message_response_time_ws', true);
const ttft = new Trend('chat_ttft_ws', true);
const itl = new Trend('chat_itl_ws', true);
const longestGap = new Trend('chat_longest_gap_ws', true);
const turns = new Counter('chat_turns_ws');
const tokens = new Counter('chat_tokens_ws');
const failures = new Counter('chat_failures_ws');

let sequence = 0;

export class Turn {
    constructor() {
        this.id = `ws-${__VU}-${sequence++}`;
        this.tokens = 0;
        this.first = 0;
        this.last = 0;
        this.gap = 0;
        this.complete = 0;
        this.sent = Date.now();
    }

    question() {
        return JSON.stringify({
            type: 'user_message', content: 'Hello', messageId: this.id, userId: `user_${__VU}`, timestamp: new Date().toISOString(),
        });
    }

    /** Takes a message; returns the reason if the turn has failed. */
    hear(text) {
        let message;
        try {
            message = JSON.parse(text);
        } catch (_) {
            return 'protocol';
        }
        if (message.type === 'error') return 'server_error';
        const event = message.event;
        if (message.type !== 'stream_event' || !event || event.messageId !== this.id) return 'protocol';
        const now = Date.now();
        if (event.type === 'token') {
            if (event.data !== '') {
                if (this.tokens === 0) {
                    this.first = now;
                } else if (now - this.last > this.gap) {
                    this.gap = now - this.last;
                }
                this.tokens++;
                this.last = now;
            }
        } else if (event.type === 'complete') {
            this.complete = now;
        }
        return '';
    }
}

export function turnOver(turn) {
    errors.add(0);
    turns.add(1);
    tokens.add(turn.tokens);
    response.add(turn.complete - turn.sent);
    ttft.add(turn.first - turn.sent);
    itl.add((turn.last - turn.first) / (turn.tokens - 1));
    longestGap.add(turn.gap);
}

export function failed(reason) {
    errors.add(1);
    failures.add(1, { reason });
}

export const handleSummary = ({ metrics }) => summary(metrics.chat_tokens_ws, metrics.error_rate_ws);
