/**
 * The whole application: accounts, profiles, uploads and their processing, messages over HTTP and chats over WebSocket,
 * while one observer measures the server's loop.
 *
 *   VUS=50 DURATION=5m k6 run scripts/comprehensive-load-test.js
 *
 * One iteration of a user is one flow, drawn by the shares of the suite. Everything is set by environment variables
 * (.env.test.example); k6's exit code is 0 if every objective is met.
 */

import { conversationOf } from './lib/accounts.js';
import { Application } from './lib/application.js';
import { QUESTIONS } from './lib/conversation.js';

/** @import { Outcome } from './lib/api.js' */
/** @import { Tokens } from './lib/accounts.js' */

const app = new Application('comprehensive', 'auth');
const { suite, api, pace } = app;

/** @type {Record<string, (user: Tokens) => Outcome | null>} */
const FLOWS = {
    auth: ({ email }) => {
        const login = app.adopt(api.login(email));
        if (login.tokens === null) return login;
        return { time: login.time, why: api.whoAmI('/api/auth/me', login.tokens).why };
    },
    profile: (user) => api.whoAmI('/api/user/profile', user),
    upload: (user) => api.upload(user),
    message: (user) => {
        conversation = conversationOf(conversation, suite.config.TEST_MESSAGE_COUNT, newConversation);
        return api.message(user, conversation.id, pace.pick(QUESTIONS));
    },
    websocket: () => app.converse(),
};

/** Where this user's messages go. */
let conversation = { id: '', messages: 0 };

export const options = suite.options;
export const setup = () => app.setup();
export const teardown = () => suite.conclude();
export const handleSummary = (/** @type {object} */ data) => suite.summary(data);
export const hz = () => suite.observe();
export default suite.replaced;

/** A user: one iteration is one flow. */
export const user = app.user(({ users }) => {
    const name = suite.drawFlow(pace.random());
    const tokens = app.entered(users);
    return tokens !== null && app.record(name, () => FLOWS[name](tokens));
});

/** An id that no other conversation has. */
function newConversation() {
    return `slo_${suite.user}_${Date.now().toString(36)}_${Math.floor(pace.random() * 1e9).toString(36)}`;
}
