/**
 * General load on the API: every user looks at its health and at the conversations, logs in now and then; each third
 * chats over WebSocket, each fifth uploads a file, while one observer measures the server's loop.
 *
 *   VUS=1000 DURATION=1m k6 run scripts/load-test.js
 *
 * Everything is set by environment variables (lib/variables.js); k6's exit code is 0 if every objective is met.
 */

import exec from 'k6/execution';

import { LOAD } from './lib/flows.js';
import { replaced } from './lib/replaced.js';
import { Application } from './lib/scenario.js';
import { READERS } from './lib/variables.js';

/** @import { Tokens } from './lib/accounts.js' */

/** Users whose number is a multiple of these chat and upload. */
const CHATS = 3;
const UPLOADS = 5;

/** A user logs in at the first of so many rounds: each login costs the server 64 MiB, and people stay logged in. */
const ROUNDS_PER_LOGIN = 10;

const app = new Application(READERS.LOAD, LOAD, 'login');

export const { options = {}, setup, teardown, handleSummary } = app.around;
export const hz = () => app.hz();
export default replaced;

/**
 * A user: one iteration is one round through the API.
 *
 * @param {{users: Tokens[]}} data of setup()
 */
export function user({ users }) {
    app.iterate(() => {
        const number = exec.vu.idInTest;
        let ok = app.record('health', () => app.api.health());
        const known = app.entered(users);
        if (known !== null) {
            if (exec.vu.iterationInScenario % ROUNDS_PER_LOGIN === 0) {
                ok = app.record('login', () => app.adopt(app.api.login(known.email))) && ok;
            }
            const tokens = app.tokens ?? known;
            ok = app.record('conversations', () => app.api.conversations(tokens)) && ok;
            if (number % UPLOADS === 0) ok = app.record('upload', () => app.api.upload(tokens)) && ok;
        }
        if (number % CHATS === 0) ok = app.record('websocket', () => app.converse()) && ok;
        return ok && known !== null;
    });
}
