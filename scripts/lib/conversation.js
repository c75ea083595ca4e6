/**
 * What a user does in the chat: one connection, a few questions with pauses between them.
 */

import { check } from 'k6';

import { QUESTIONS } from './pace.js';

/** @import { ChatClient, FwError, Suite } from 'k6/x/fwhz' */
/** @import { Pace } from './pace.js' */

/**
 * @typedef {object} Conversation
 * @property {FwError | null} failure why it did not go well
 * @property {boolean} interrupted the end of the test cut it off
 * @property {boolean} lost the connection could not be opened, or was lost
 */

/**
 * @param {Suite} suite
 * @param {ChatClient} client
 * @param {Pace} pace
 * @returns {Conversation}
 */
export function converse(suite, client, pace) {
    suite.tagPhase();
    const session = client.connect();
    if (session.error?.code === 'interrupted') return { failure: null, interrupted: true, lost: false };
    check(session, { 'connection opened': (s) => s.ok });
    if (!session.ok) return failed(suite, session.error, true);
    // What began on a schedule asks at least once: else what a slow server makes late at the end of the load would be missing.
    const least = suite.config.ARRIVAL_RATE > 0 ? 1 : 0;
    for (let turn = 1; turn <= suite.config.TURNS_PER_SESSION && (turn <= least || suite.left() > 0); turn += 1) {
        suite.tagPhase();
        const reply = session.ask(pace.pick(QUESTIONS), { userId: `user_${suite.user}` });
        if (reply.interrupted) return { failure: null, interrupted: true, lost: false };
        check(reply, { 'stream completed': (r) => r.ok });
        if (!reply.ok) {
            session.close();
            return failed(suite, reply.error, ['reset', 'closed'].includes(reply.error?.code ?? ''));
        }
        // A session that the server closes meanwhile is found by the next question, which then fails.
        if (turn < suite.config.TURNS_PER_SESSION) session.think(pace.thinkTime());
    }
    session.close();
    return { failure: null, interrupted: false, lost: false };
}

/**
 * The extension logs the first failure of each kind by itself.
 *
 * @param {Suite} suite
 * @param {FwError | null} failure
 * @param {boolean} lost
 */
function failed(suite, failure, lost) {
    if (suite.config.VERBOSE_LOGGING) console.warn(`user_${suite.user}: ${failure?.code}: ${failure?.message}`);
    return { failure, interrupted: false, lost };
}
