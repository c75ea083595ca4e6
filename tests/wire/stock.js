// What both scripts on k6's own modules share: when users do what (as in users.js), a turn with its times, and what is told of it.
import exec from 'k6/execution';

const seconds = (name) => Number(__ENV[name]);
const spread = seconds('SPREAD'); // users connect, one after the other, in this time
export const together = seconds('TOGETHER'); // 0, or when all ask their only question
const asking = seconds('ASKING'); // when nobody asks any more
export const over = seconds('OVER'); // when all answers are there

export const options = {
    scenarios: { chat: { executor: 'per-vu-iterations', vus: Number(__ENV.VUS), iterations: 1, maxDuration: '10m' } },
};

/** Seconds. */
export const left = (until) => Math.max(0, until - (Date.now() - exec.scenario.startTime) / 1000);
export const start = () => left((spread * (__VU - 1)) / Number(__ENV.VUS));
export const mayAsk = () => !together && left(asking) > 0;

export class Turn {
    constructor(nth, connect) {
        Object.assign(this, { id: `stock-${__VU}-${nth}`, nth, connect, tokens: 0, first: 0, last: 0, gap: 0, complete: 0, error: '' });
    }

    /** The text of the question; its time of sending is now. */
    question() {
        const text = JSON.stringify({
            type: 'user_message', content: 'Hello', messageId: this.id, userId: `user_${__VU}`, timestamp: new Date().toISOString(),
        });
        this.sent = Date.now();
        return text;
    }

    /** Takes a message, and says whether the answer is complete. */
    hear(text) {
        const now = Date.now();
        const { type, event } = JSON.parse(text);
        if (type !== 'stream_event' || event.messageId !== this.id) {
            this.error = text;
        } else if (event.type === 'token' && event.data !== '') {
            if (this.tokens === 0) this.first = now;
            else this.gap = Math.max(this.gap, now - this.last);
            this.tokens += 1;
            this.last = now;
        } else if (event.type === 'complete') {
            this.complete = now;
        }
        return this.complete > 0;
    }
}

/** One line of JSON a turn, when all are over. */
export const tellAll = (turns) => turns.forEach(({ id, nth, connect, tokens, first, last, gap, sent, complete, error }) => {
    console.log(JSON.stringify({
        id, ok: complete > 0 && error === '', error, tokens, ttft: first - sent, itl: (last - first) / (tokens - 1), longestGap: gap,
        duration: complete - sent, connect: nth === 0 ? connect : 0,
    }));
});

export const handleSummary = () => ({});
