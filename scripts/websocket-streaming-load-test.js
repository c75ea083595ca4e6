/**
 * The main load test: many users stream chat answers over WebSocket while one observer measures the server's loop.
 *
 *   VUS=1000 DURATION=5m k6 run scripts/websocket-streaming-load-test.js
 *
 * Everything is set by environment variables (.env.test.example); k6's exit code is 0 if every objective is met.
 */

import { ChatClient, Suite } from 'k6/x/fwhz';

import { converse } from './lib/conversation.js';

const suite = new Suite('websocket-streaming');
const client = new ChatClient(suite.chat);

export const options = suite.options;
export const setup = () => suite.admit();
export const teardown = () => suite.conclude();
export const handleSummary = (/** @type {object} */ data) => suite.summary(data);
export default suite.replaced;

/** The observer: one iteration is one window of the loop. */
export const hz = () => suite.observe();

/** A user: one iteration is one connection with a few turns on it. With USERS_PER_VU, so many users. */
export const user = suite.guard(() => {
    const { ARRIVAL_RATE, USERS_PER_VU } = suite.config;
    if (suite.arrive()) converse(suite, client, { users: USERS_PER_VU, pause: ARRIVAL_RATE === 0 });
});
