/**
 * General load on the API: every user looks at its health and at the conversations, logs in now and then; each third
 * chats over WebSocket, each fifth uploads a file, while one observer measures the server's loop.
 *
 *   VUS=1000 DURATION=1m k6 run scripts/load-test.js
 *
 * Everything is set by environment variables (.env.test.example); k6's exit code is 0 if every objective is met.
 */

import exec from 'k6/execution';

import { Application } from './lib/application.js';

/** Users whose number is a multiple of these chat and upload. */
const CHATS = 3;
const UPLOADS = 5;

/** A user logs in at the first of so many rounds: each login costs the server 64 MiB, and people stay logged in. */
const ROUNDS_PER_LOGIN = 10;

const app = new Application('load', 'login');
const { suite, api } = app;

export const options = suite.options;
export const setup = () => app.setup();
export const teardown = () => suite.conclude();
export const handleSummary = (/** @type {object} */ data) => suite.summary(data);
export const hz = () => suite.observe();
export default suite.replaced;

/** A user: one iteration is one round through the API. */
export const user = app.user(({ users }) => {
    const number = exec.vu.idInTest;
    let ok = app.record('health', () => api.health());
    const known = app.entered(users);
    if (known !== null) {
        if (exec.vu.iterationInScenario % ROUNDS_PER_LOGIN === 0) {
            ok = app.record('login', () => app.adopt(api.login(known.email))) && ok;
        }
        const tokens = app.tokens ?? known;
        ok = app.record('conversations', () => api.conversations(tokens)) && ok;
        if (number % UPLOADS === 0) ok = app.record('upload', () => api.upload(tokens)) && ok;
    }
    if (number % CHATS === 0) ok = app.record('websocket', () => app.converse()) && ok;
    return ok && known !== null;
});
