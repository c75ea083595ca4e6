/**
 * What users do in the chat.
 */

/** @import { ChatClient, FleetResult, Suite } from 'k6/x/fwhz' */

export const QUESTIONS = [
    'Hello, how are you today?',
    'What have you been thinking about?',
    'Can you explain how your loop works?',
    'Tell me something that surprised you.',
    'What do you remember of our last conversation?',
    'How would you describe the colour blue to someone who has never seen it?',
];

/** The users of a VU that the ramp brings come within this time, in ms, as those come that have a VU each. */
const SPREAD = 1000;

/**
 * A conversation: one connection, a few questions with pauses between them. Several users have one after the other until users
 * begin to leave; from then on one at a time, so that k6 can take their VU away.
 *
 * @param {Suite} suite
 * @param {ChatClient} client
 * @param {object} [how]
 * @param {number} [how.users]
 * @param {boolean} [how.pause] whether a pause follows a failure: a broken server must not be hammered
 * @returns {FleetResult}
 */
export function converse(suite, client, { users = 1, pause = false } = {}) {
    suite.tagPhase();
    const { ARRIVAL_RATE, RAMP, TEST_SEED, THINK_MAX, THINK_MIN, TURNS_PER_SESSION } = suite.config;
    return client.fleet(users).converse({
        questions: QUESTIONS, turns: TURNS_PER_SESSION, thinkMin: THINK_MIN, thinkMax: THINK_MAX, userId: `user_${suite.user}`, seed: TEST_SEED,
        spread: RAMP ? SPREAD : 0,
        repeat: users > 1 ? suite.until('rampdown') * 1000 : 0,
        stop: suite.left() * 1000,
        // What began on a schedule asks at least once: else what a slow server makes late at the end of the load would be missing.
        least: ARRIVAL_RATE > 0 ? 1 : 0,
        ...(pause ? {} : { pauseAfterFailure: 0 }),
    });
}
