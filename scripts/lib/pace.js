/**
 * How a user of any load test moves: the phase that it is now, what it asks, how long it thinks.
 */

import { sleep } from 'k6';
import exec from 'k6/execution';

import { seededFor } from './random.js';

/** @import { Config } from './config.js' */
/** @import { LoadShape } from './phases.js' */

/** The shortest pause of a user after a failure, in seconds: a broken server must not be hammered. */
const LEAST_PAUSE_AFTER_FAILURE = 1;

export const QUESTIONS = [
    'Hello, how are you today?',
    'What have you been thinking about?',
    'Can you explain how your loop works?',
    'Tell me something that surprised you.',
    'What do you remember of our last conversation?',
    'How would you describe the colour blue to someone who has never seen it?',
];

export class Pace {
    /**
     * @param {Config} config
     * @param {LoadShape} shape
     */
    constructor(config, shape) {
        this.config = config;
        this.shape = shape;
        this.random = seededFor(config.TEST_SEED, __VU);
    }

    /**
     * Every sample of this user from now on belongs to the phase that it is now. k6's own progress is on the monotonic
     * clock and leaves setup() out, so that users and observer count from the same moment.
     */
    tagPhase() {
        const now = this.shape.idle + exec.scenario.progress * (this.shape.total - this.shape.idle);
        exec.vu.metrics.tags.phase = this.shape.phaseAt(now / 1000);
    }

    /** Seconds until the end of the load, after which a user begins nothing more. */
    left() {
        return (1 - exec.scenario.progress) * (this.shape.total - this.shape.idle) / 1000;
    }

    /** Seconds; not beyond the end of the load. */
    thinkTime() {
        const { THINK_MIN, THINK_MAX } = this.config;
        return Math.min((THINK_MIN + this.random() * (THINK_MAX - THINK_MIN)) / 1000, this.left());
    }

    /**
     * The pause between two things.
     *
     * @param {boolean} ok the last one went well
     */
    pause(ok) {
        sleep(Math.min(Math.max(this.thinkTime(), ok ? 0 : LEAST_PAUSE_AFTER_FAILURE), this.left()));
    }

    /**
     * @template T
     * @param {T[]} list
     */
    pick(list) {
        return list[Math.floor(this.random() * list.length)];
    }
}
