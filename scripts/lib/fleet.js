/**
 * Many users of the chat in one VU.
 */

import { QUESTIONS } from './pace.js';

/** @import { ChatClient, Suite } from 'k6/x/fwhz' */

/** The users of a VU that the ramp brings come within this time, in ms, as those come that have a VU each. */
const SPREAD = 1000;

/**
 * They talk until users begin to leave. From then on each has one conversation at a time, so that k6 can take their VU away.
 *
 * @param {Suite} suite
 * @param {ChatClient} client
 */
export function converseTogether(suite, client) {
    suite.tagPhase();
    const { RAMP, TEST_SEED, THINK_MAX, THINK_MIN, TURNS_PER_SESSION, USERS_PER_VU } = suite.config;
    client.fleet(USERS_PER_VU).converse({
        questions: QUESTIONS, turns: TURNS_PER_SESSION, thinkMin: THINK_MIN, thinkMax: THINK_MAX, userId: `user_${suite.user}`, seed: TEST_SEED,
        spread: RAMP ? SPREAD : 0, repeat: suite.until('rampdown') * 1000, stop: suite.left() * 1000,
    });
}
