/**
 * The HTTP API, as its users call it. What comes back is looked at: a status of 200 alone is no success.
 */

import { sleep } from 'k6';
import http from 'k6/http';

import { account, AT_ONCE, tokensIn } from './accounts.js';
import { Requests } from './requests.js';

/** @import { Answer, Call } from './requests.js' */
/** @import { Tokens } from './accounts.js' */

/**
 * @typedef {object} Outcome how a flow went
 * @property {number} time ms that it is judged by
 * @property {string} why it failed; empty when it did not
 */

/** The state of an uploaded file is asked for after so many seconds, with the last of them again and again. */
const POLLS = [0.1, 0.2, 0.5, 1];

/** The file that is uploaded: 4 KiB. */
const FILE = 'A feather weighs what it carries. '.repeat(128).slice(0, 4096);

/** So many messages of a conversation are asked for. */
const HISTORY = 20;

export class Api extends Requests {
    health() {
        return this.call({ method: 'GET', path: '/health' });
    }

    /**
     * The tokens of so many accounts, which are registered where the server does not know them yet: a few at a time.
     *
     * @param {number} count
     * @param {number} seed
     * @returns {{users: Tokens[], why: string}} why some are missing; empty when none are
     */
    enter(count, seed) {
        /** @type {Tokens[]} */
        const users = [];
        for (let from = 0; from < count; from += AT_ONCE) {
            const group = Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, i) => account(seed, from + i));
            let logins = this.callAll(group.map((user) => loginOf(user, [200, 401])));
            const unknown = group.filter((_, i) => logins[i].status === 401);
            if (unknown.length > 0) {
                // Another run may register the same ones now (400 or 409): what counts is whether they can log in then.
                const created = this.callAll(unknown.map((user) => (
                    { method: 'POST', path: '/api/auth/register', json: user, statuses: [201, 400, 409] })));
                const broken = created.find(({ ok }) => !ok);
                if (broken) return { users, why: broken.why };
                logins = this.callAll(group.map((user) => loginOf(user)));
            }
            for (const [i, { email }] of group.entries()) {
                const tokens = tokensIn(logins[i].body, email, Date.now());
                if (tokens === null) return { users, why: logins[i].why || noToken('login', logins[i]) };
                users.push(tokens);
            }
        }
        return { users, why: '' };
    }

    /**
     * @param {string} email
     * @returns {Outcome & {tokens: Tokens | null}}
     */
    login(email) {
        const answer = this.call(loginOf({ ...account(0, 0), email }));
        const tokens = tokensIn(answer.body, email, Date.now());
        return { time: answer.time, tokens, why: answer.why || (tokens === null ? noToken('login', answer) : '') };
    }

    /**
     * New tokens for old ones. Who may not renew them, such as somebody whose refresh token is a cookie, logs in again.
     *
     * @param {Tokens} old
     * @returns {Outcome & {tokens: Tokens | null}}
     */
    renew(old) {
        if (old.refresh === '') return this.login(old.email);
        const answer = this.call({
            method: 'POST', path: '/api/auth/refresh', json: { refresh_token: old.refresh }, statuses: [200, 401],
        });
        if (answer.status === 401) return this.login(old.email);
        const tokens = tokensIn(answer.body, old.email, Date.now());
        return { time: answer.time, tokens, why: answer.why || (tokens === null ? noToken('refresh', answer) : '') };
    }

    /**
     * Asks who the user of a token is, and whether it is the right one.
     *
     * @param {'/api/auth/me' | '/api/user/profile'} path
     * @param {Tokens} user
     * @returns {Outcome}
     */
    whoAmI(path, user) {
        const answer = this.call({ method: 'GET', path, token: user.access });
        const why = answer.body?.email === user.email ? '' : `GET ${path}: ${answer.status}, but not the profile of this user`;
        return { time: answer.time, why: answer.why || why };
    }

    /**
     * Uploads a file and waits until it is processed.
     *
     * @param {Tokens} user
     * @returns {Outcome}
     */
    upload(user) {
        const form = { file: http.file(FILE, 'feather.txt', 'text/plain') };
        const accepted = this.call({ method: 'POST', path: '/api/upload', form, token: user.access });
        const failed = (/** @type {string} */ why) => ({ time: accepted.time, why });
        if (!accepted.ok) return failed(accepted.why);
        const id = accepted.body?.fileId;
        if (typeof id !== 'string' || id === '') return failed(`POST /api/upload: ${accepted.status}, but without a fileId`);
        const start = Date.now();
        for (let polls = 0; ; polls += 1) {
            sleep(POLLS[Math.min(polls, POLLS.length - 1)]);
            const state = this.call({
                method: 'GET', path: `/api/files/${encodeURIComponent(id)}/status`, name: '/api/files/{id}/status',
                token: user.access,
            });
            if (!state.ok) return failed(state.why);
            const waited = Date.now() - start;
            const status = state.body?.status;
            if (status === 'completed') return { time: accepted.time + waited, why: '' };
            if (status !== 'processing') return failed(`the file is ${JSON.stringify(status)}, neither processing nor completed`);
            if (waited >= this.config.PROCESSING_TIMEOUT) return failed(`the file is still processing after ${waited}ms`);
        }
    }

    /**
     * Sends a message and looks whether it is in the history and its conversation in the list.
     *
     * @param {Tokens} user
     * @param {string} conversationId
     * @param {string} message
     * @returns {Outcome}
     */
    message(user, conversationId, message) {
        const token = user.access;
        const sent = this.call({ method: 'POST', path: '/api/chat/message', json: { message, conversationId }, token });
        const failed = (/** @type {string} */ why) => ({ time: sent.time, why });
        if (!sent.ok) return failed(sent.why);
        const { messageId, response } = sent.body ?? {};
        if (typeof response !== 'string' || response === '' || !messageId) {
            return failed(`POST /api/chat/message: ${sent.status}, but no answer in it`);
        }
        const query = `conversationId=${encodeURIComponent(conversationId)}&limit=${HISTORY}`;
        const [history, conversations] = this.callAll([
            { method: 'GET', path: `/api/chat/history?${query}`, name: '/api/chat/history', token },
            { method: 'GET', path: '/api/chat/conversations', token },
        ]);
        if (!history.ok || !conversations.ok) return failed(history.why || conversations.why);
        if (!holds(history.body?.messages, messageId)) return failed('GET /api/chat/history: the message is not in it');
        if (!holds(conversations.body?.conversations, conversationId)) {
            return failed('GET /api/chat/conversations: the conversation is not in it');
        }
        return { time: sent.time, why: '' };
    }

    /**
     * @param {Tokens} user
     * @returns {Outcome}
     */
    conversations(user) {
        const answer = this.call({ method: 'GET', path: '/api/chat/conversations', token: user.access });
        const why = Array.isArray(answer.body?.conversations) ? '' : `GET /api/chat/conversations: ${answer.status}, but no list`;
        return { time: answer.time, why: answer.why || why };
    }
}

/**
 * @param {{email: string, password: string}} user
 * @param {number[]} [statuses]
 * @returns {Call}
 */
function loginOf({ email, password }, statuses) {
    return { method: 'POST', path: '/api/auth/login', json: { email, password }, statuses };
}

/**
 * @param {'login' | 'refresh'} step
 * @param {Answer} answer
 */
const noToken = (step, { status }) => `POST /api/auth/${step}: ${status}, but without a token`;

/**
 * @param {unknown} list
 * @param {string} id
 */
const holds = (list, id) => Array.isArray(list) && list.some((entry) => entry?.id === id);
