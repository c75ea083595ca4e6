/**
 * The accounts that a scenario works with: what they are called, and when a token has to be renewed. Pure.
 */

/** The password of every test account: it obeys the rules of the server and protects nothing. */
const PASSWORD = 'Feather-4-Weight!';

/** So many registrations or logins at the same time. */
export const AT_ONCE = 4;

/** A token is renewed this long before it expires, or in the second half of its life if it is short; ms. */
const BEFORE_EXPIRY = 60000;

/** What the life of a token is taken for when the server does not say: that of the real one, in ms. */
const USUAL_LIFE = 900000;

/**
 * The account of that number. It is the same in each run with the same seed, so that runs do not fill a database.
 *
 * @param {number} seed
 * @param {number} number
 */
export function account(seed, number) {
    const username = `slo_${seed}_${number}`;
    return { username, email: `${username}@load-test.example`, password: PASSWORD, firstName: 'Load', lastName: 'Test' };
}

/**
 * @typedef {object} Tokens
 * @property {string} email whose they are
 * @property {string} access
 * @property {string} refresh empty if the server gave none
 * @property {number} renewAt ms since 1970
 */

/**
 * The tokens in the answer to a login or a refresh; null when there are none in it.
 *
 * @param {any} body
 * @param {string} email
 * @param {number} now ms since 1970
 * @returns {Tokens | null}
 */
export function tokensIn(body, email, now) {
    if (typeof body?.token !== 'string' || body.token === '') return null;
    const life = body.expires_in > 0 ? body.expires_in * 1000 : USUAL_LIFE;
    return {
        email,
        access: body.token,
        refresh: typeof body.refresh_token === 'string' ? body.refresh_token : '',
        renewAt: now + Math.max(life - BEFORE_EXPIRY, life / 2),
    };
}

/**
 * The conversation of a user's next message: a new one when the old one is full.
 *
 * @param {{id: string, messages: number}} current
 * @param {number} most messages in one conversation
 * @param {() => string} newId
 */
export function conversationOf(current, most, newId) {
    return current.messages > 0 && current.messages < most
        ? { id: current.id, messages: current.messages + 1 } : { id: newId(), messages: 1 };
}
