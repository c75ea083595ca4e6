/**
 * The main load test: many users stream chat answers over WebSocket while one observer measures the server's loop.
 *
 *   VUS=1000 DURATION=5m k6 run scripts/websocket-streaming-load-test.js
 *
 * Everything is set by environment variables (lib/variables.js); k6's exit code is 0 if every objective is met.
 */

import { check } from 'k6';
import { ChatClient } from 'k6/x/fwhz';

import { CHECKS } from './lib/checks.js';
import { chatOptions } from './lib/clients.js';
import { readConfig, refusingInOneLine } from './lib/config.js';
import { withEnvFile } from './lib/env-file.js';
import { Observer } from './lib/observer.js';
import { Pace, QUESTIONS } from './lib/pace.js';
import { loadShape } from './lib/phases.js';
import { replaced } from './lib/replaced.js';
import { READERS } from './lib/variables.js';

const { config, shape, observer, client } = refusingInOneLine(() => {
    const values = readConfig(withEnvFile(__ENV), READERS.MAIN);
    const load = loadShape(values);
    return {
        config: values, shape: load, observer: new Observer(values, load),
        client: new ChatClient(values.chatUrl, chatOptions(values)),
    };
});

const pace = new Pace(config, shape);

/** @type {import('./lib/around.js').Around} */
const around = __VU > 0 ? {} : require('./lib/around.js').around({
    name: READERS.MAIN, config, shape, observer, client, users: 'chat', user: 'chat',
});

export const { options = {}, setup, teardown, handleSummary } = around;

/** The observer: one iteration is one window of the loop. */
export const hz = () => observer.watch();

/** A user: one iteration is one connection with a few turns on it. */
export function chat() {
    pace.tagPhase();
    const session = client.connect();
    if (session.error?.code === 'interrupted') return;
    check(session, { [CHECKS.connected]: (s) => s.ok });
    if (!session.ok) {
        note(session.error);
        pace.pause(false);
        return;
    }
    let failed = false;
    for (let turn = 1; turn <= config.TURNS_PER_SESSION && !failed && pace.left() > 0; turn += 1) {
        pace.tagPhase();
        const reply = session.ask(pace.pick(QUESTIONS), { userId: `user_${__VU}` });
        if (reply.interrupted) break;
        check(reply, { [CHECKS.streamed]: (r) => r.ok });
        failed = !reply.ok;
        if (failed) note(reply.error);
        // A session that the server closes meanwhile is found by the next question, which then fails.
        else if (turn < config.TURNS_PER_SESSION) session.think(pace.thinkTime());
    }
    session.close();
    if (failed) pace.pause(false);
}

export default replaced;

/**
 * The extension logs the first failure of each kind by itself.
 *
 * @param {{code: string, message: string} | null} error
 */
function note(error) {
    if (config.VERBOSE_LOGGING && error) console.warn(`user_${__VU}: ${error.code}: ${error.message}`);
}
