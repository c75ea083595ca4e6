/**
 * The main load test: many users stream chat answers over WebSocket while one observer measures the server's loop.
 *
 *   VUS=1000 DURATION=5m k6 run scripts/websocket-streaming-load-test.js
 *
 * Everything is set by environment variables (lib/variables.js); k6's exit code is 0 if every objective is met.
 */

import { check, sleep } from 'k6';
import exec from 'k6/execution';
import { ChatClient, HzSampler } from 'k6/x/fwhz';

import { chatOptions, loopOptions } from './lib/clients.js';
import { HZ_WINDOW, likelySlips, readConfig, withoutPassword } from './lib/config.js';
import { loadShape } from './lib/phases.js';
import { notThere, overridden, SCENARIOS } from './lib/preflight.js';
import { seededFor } from './lib/random.js';
import { summariser } from './lib/summary.js';
import { CHECKS } from './lib/summary-text.js';
import { thresholds, TREND_STATS } from './lib/thresholds.js';
import { READERS } from './lib/variables.js';

/** How long a user who is still in a conversation may go on when it is time to leave. */
const GRACE = '5s';

/** The shortest pause of a user whose turn failed, in seconds: a broken server must not be hammered. */
const LEAST_PAUSE_AFTER_FAILURE = 1;

/** How often setup() looks for the target: one that refuses some connections is to be tested, not to be refused. */
const LOOKS = 3;

const QUESTIONS = [
    'Hello, how are you today?',
    'What have you been thinking about?',
    'Can you explain how your loop works?',
    'Tell me something that surprised you.',
    'What do you remember of our last conversation?',
    'How would you describe the colour blue to someone who has never seen it?',
];

/** @type {import('./lib/config.js').Config} */
let config;
/** @type {HzSampler} */
let loop;
/** @type {ChatClient} */
let client;
try {
    config = readConfig(__ENV, READERS.MAIN);
    loop = new HzSampler(loopOptions(config));
    client = new ChatClient(config.chatUrl, chatOptions(config));
} catch (error) {
    throw /** @type {Error} */ (error).message; // k6 prints a string as one line, an Error with its stack
}

const shape = loadShape(config);
const random = seededFor(config.TEST_SEED, __VU);

export const options = {
    scenarios: {
        [SCENARIOS.hz]: { executor: 'constant-vus', exec: 'hz', vus: 1, duration: `${shape.total}ms`, gracefulStop: '0s' },
        [SCENARIOS.chat]: {
            executor: 'ramping-vus', exec: 'chat', startTime: `${shape.idle}ms`, startVUs: 0, stages: shape.stages,
            gracefulRampDown: GRACE, gracefulStop: GRACE,
        },
    },
    thresholds: thresholds(config),
    summaryTrendStats: TREND_STATS,
    // Without url and error, whose values have no end.
    systemTags: ['check', 'error_code', 'expected_response', 'group', 'method', 'name', 'proto', 'scenario', 'status', 'subproto'],
    setupTimeout: `${LOOKS * config.CONNECT_TIMEOUT + 30000}ms`,
};

/** Starts no load on a target that is not there. */
export function setup() {
    const before = exec.instance.currentTestRunDuration;
    for (const { name, meant } of likelySlips(__ENV)) {
        console.warn(`${name} is set, but this suite has no such variable: did you mean ${meant}?`);
    }
    const wrong = overridden(/** @type {any} */ (exec.test.options));
    if (wrong !== '') exec.test.abort(wrong);
    const reading = lookFor(() => loop.probe());
    const missing = notThere(reading, lookFor(() => client.probe()), config);
    if (missing !== '') exec.test.abort(missing);
    console.info(`loop frequency: source ${reading.source}, read at ${withoutPassword(config.METRICS_URL)}`);
    return {
        source: reading.source,
        started: new Date().toISOString(),
        setupTime: exec.instance.currentTestRunDuration - before,
    };
}

/** The observer: one iteration is one window of the loop. */
export function hz() {
    const middle = exec.scenario.progress * shape.total + HZ_WINDOW / 2;
    exec.vu.metrics.tags.phase = shape.phaseAt(middle / 1000);
    const seen = loop.next();
    if (seen.error?.code === 'interrupted') return;
    check(seen, { [CHECKS.loop(config.HZ_AVERAGE_THRESHOLD)]: (w) => w.high !== null && w.high > config.HZ_AVERAGE_THRESHOLD },
        { type: 'hz', reading: seen.hz === null ? 'none' : 'ok' });
}

/** A user: one iteration is one connection with a few turns on it. */
export function chat() {
    tagPhase();
    const session = client.connect();
    if (session.error?.code === 'interrupted') return;
    check(session, { [CHECKS.connected]: (s) => s.ok });
    if (!session.ok) {
        note(session.error);
        pauseAfterFailure();
        return;
    }
    let failed = false;
    for (let turn = 1; turn <= config.TURNS_PER_SESSION && !failed; turn += 1) {
        tagPhase();
        const reply = session.ask(pick(QUESTIONS), { userId: `user_${__VU}` });
        if (reply.interrupted) break;
        check(reply, { [CHECKS.streamed]: (r) => r.ok });
        failed = !reply.ok;
        if (failed) note(reply.error);
        // A session that the server closes meanwhile is found by the next question, which then fails.
        else if (turn < config.TURNS_PER_SESSION) session.think(thinkTime());
    }
    session.close();
    if (failed) pauseAfterFailure();
}

/** Runs only when the scenarios were replaced and setup() was left out. */
export default function replaced() {
    exec.test.abort(overridden({}));
}

export const handleSummary = summariser(config, shape, READERS.MAIN);

/**
 * Every sample of this user from now on belongs to the phase that it is now. k6's own progress is on the monotonic
 * clock and leaves setup() out, so that both scenarios count from the same moment.
 */
function tagPhase() {
    const now = shape.idle + exec.scenario.progress * (shape.total - shape.idle);
    exec.vu.metrics.tags.phase = shape.phaseAt(now / 1000);
}

/**
 * The first look that finds something, or the last one.
 *
 * @template {{ok: boolean}} T
 * @param {() => T} look
 */
function lookFor(look) {
    let found = look();
    for (let looks = 1; looks < LOOKS && !found.ok; looks += 1) {
        sleep(0.5);
        found = look();
    }
    return found;
}

/** Seconds. */
function thinkTime() {
    return (config.THINK_MIN + random() * (config.THINK_MAX - config.THINK_MIN)) / 1000;
}

function pauseAfterFailure() {
    sleep(Math.max(thinkTime(), LEAST_PAUSE_AFTER_FAILURE));
}

/**
 * @template T
 * @param {T[]} list
 */
function pick(list) {
    return list[Math.floor(random() * list.length)];
}

/**
 * The extension logs the first failure of each kind by itself.
 *
 * @param {{code: string, message: string} | null} error
 */
function note(error) {
    if (config.VERBOSE_LOGGING && error) console.warn(`user_${__VU}: ${error.code}: ${error.message}`);
}
