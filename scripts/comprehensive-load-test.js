/**
 * The whole application: accounts, profiles, uploads and their processing, messages over HTTP and chats over WebSocket,
 * while one observer measures the server's loop.
 *
 *   VUS=50 DURATION=5m k6 run scripts/comprehensive-load-test.js
 *
 * One iteration of a user is one flow, drawn by the shares of lib/flows.js. Everything is set by environment variables
 * (lib/variables.js); k6's exit code is 0 if every objective is met.
 */

import { conversationOf } from './lib/accounts.js';
import { COMPREHENSIVE, draw } from './lib/flows.js';
import { QUESTIONS } from './lib/pace.js';
import { replaced } from './lib/replaced.js';
import { Application } from './lib/scenario.js';
import { READERS } from './lib/variables.js';

/** @import { Outcome } from './lib/api.js' */
/** @import { Tokens } from './lib/accounts.js' */

const app = new Application(READERS.COMPREHENSIVE, COMPREHENSIVE, 'auth');

/** @typedef {typeof COMPREHENSIVE.flows[number]['name']} FlowName */

/** @type {Record<FlowName, (user: Tokens) => Outcome | null>} */
const FLOWS = {
    auth: ({ email }) => {
        const login = app.adopt(app.api.login(email));
        if (login.tokens === null) return login;
        return { time: login.time, why: app.api.whoAmI('/api/auth/me', login.tokens).why };
    },
    profile: (user) => app.api.whoAmI('/api/user/profile', user),
    upload: (user) => app.api.upload(user),
    message: (user) => {
        conversation = conversationOf(conversation, app.config.TEST_MESSAGE_COUNT, newConversation);
        return app.api.message(user, conversation.id, app.pace.pick(QUESTIONS));
    },
    websocket: () => app.converse(),
};

/** Where this user's messages go. */
let conversation = { id: '', messages: 0 };

export const { options = {}, setup, teardown, handleSummary } = app.around;
export const hz = () => app.hz();
export default replaced;

/**
 * A user: one iteration is one flow.
 *
 * @param {{users: Tokens[]}} data of setup()
 */
export function user({ users }) {
    app.iterate(() => {
        const { name } = draw(COMPREHENSIVE.flows, app.pace.random());
        const tokens = app.entered(users);
        return tokens !== null && app.record(name, () => FLOWS[name](tokens));
    });
}

/** An id that no other conversation has. */
function newConversation() {
    return `slo_${__VU}_${Date.now().toString(36)}_${Math.floor(app.pace.random() * 1e9).toString(36)}`;
}
