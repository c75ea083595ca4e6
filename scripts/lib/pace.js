/**
 * How a user of any load test moves: what it asks, how long it thinks.
 */

import { randomSeed, sleep } from 'k6';

/** @import { Suite } from 'k6/x/fwhz' */

/** More users than any test has: each has a seed of its own, also beside those of the next TEST_SEED. */
const USERS = 2 ** 20;

export class Pace {
    /** @param {Suite} suite */
    constructor(suite) {
        this.suite = suite;
        this.seeded = false;
    }

    /** The next random number of this user, from 0 to below 1: unlike those of others, like those of the same user in another run. */
    random() {
        if (!this.seeded) randomSeed(this.suite.config.TEST_SEED * USERS + this.suite.user); // who this user is, is known when it runs
        this.seeded = true;
        return Math.random();
    }

    /** Seconds; not beyond the end of the load. */
    thinkTime() {
        const { THINK_MIN, THINK_MAX } = this.suite.config;
        return Math.min((THINK_MIN + this.random() * (THINK_MAX - THINK_MIN)) / 1000, this.suite.left());
    }

    /**
     * The pause between two things.
     *
     * @param {boolean} ok the last one went well
     */
    pause(ok) {
        sleep(Math.min(Math.max(this.thinkTime(), ok ? 0 : this.suite.pauseAfterFailure), this.suite.left()));
    }

    /**
     * @template T
     * @param {T[]} list
     */
    pick(list) {
        return list[Math.floor(this.random() * list.length)];
    }
}
