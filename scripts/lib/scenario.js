/**
 * What the scenarios of the whole application share: the load and the users with their accounts, the look at the target
 * before it, the observer of the loop, and the way to the summary.
 */

import { check, sleep } from 'k6';
import exec from 'k6/execution';
import { ChatClient, HzSampler } from 'k6/x/fwhz';

import { sizes } from './accounts.js';
import { Api } from './api.js';
import { chatOptions, loopOptions } from './clients.js';
import { HZ_WINDOW, likelySlips, readConfig, withoutPassword } from './config.js';
import { moreOf } from './flow-slos.js';
import { Ledger } from './ledger.js';
import { loadShape } from './phases.js';
import { notThere, overridden } from './preflight.js';
import { seededFor } from './random.js';
import { summariser } from './summary.js';
import { CHECKS } from './summary-text.js';
import { thresholds, TREND_STATS } from './thresholds.js';

/** @import { Outcome } from './api.js' */
/** @import { Tokens } from './accounts.js' */
/** @import { Scenario } from './flows.js' */

/** How long a user who is still busy may go on when it is time to leave. */
const GRACE = '5s';

/** The shortest pause of a user after a failure, in seconds: a broken server must not be hammered. */
const LEAST_PAUSE_AFTER_FAILURE = 1;

/** How often setup() looks for the target: one that refuses some connections is to be tested, not to be refused. */
const LOOKS = 3;

/** How long setup() may take for each account, in ms. */
const TIME_FOR_ACCOUNT = 2000;

const SCENARIOS = { hz: 'hz', users: 'users' };

export const QUESTIONS = [
    'Hello, how are you today?',
    'What have you been thinking about?',
    'Can you explain how your loop works?',
    'Tell me something that surprised you.',
];

/**
 * @template {Scenario} S
 */
export class Application {
    /**
     * @param {string} script one of READERS
     * @param {S} scenario
     * @param {string} authFlow the flow that a renewal of tokens counts for
     */
    constructor(script, scenario, authFlow) {
        try {
            this.config = readConfig(__ENV, script);
            this.loop = new HzSampler(loopOptions(this.config));
            this.client = new ChatClient(this.config.chatUrl, chatOptions(this.config));
        } catch (error) {
            throw /** @type {Error} */ (error).message; // k6 prints a string as one line, an Error with its stack
        }
        this.authFlow = authFlow;
        this.api = new Api(this.config);
        this.sizes = sizes(this.config, scenario.limited);
        this.shape = loadShape({ ...this.config, VUS: this.sizes.users });
        this.random = seededFor(this.config.TEST_SEED, __VU);
        this.more = moreOf(scenario);
        this.handleSummary = summariser(this.config, this.shape, script, this.more);
        this.ledger = new Ledger(scenario.flows, this.config.VERBOSE_LOGGING);
        /** @type {Tokens | null} the tokens of this user */
        this.tokens = null;
    }

    /** For `export const options`. */
    get options() {
        const { config, shape } = this;
        return {
            scenarios: {
                [SCENARIOS.hz]: {
                    executor: 'constant-vus', exec: 'hz', vus: 1, duration: `${shape.total}ms`, gracefulStop: '0s',
                },
                [SCENARIOS.users]: {
                    executor: 'ramping-vus', exec: 'user', startTime: `${shape.idle}ms`, startVUs: 0, stages: shape.stages,
                    gracefulRampDown: GRACE, gracefulStop: GRACE,
                },
            },
            thresholds: { ...thresholds(config), ...this.more.objectives },
            summaryTrendStats: TREND_STATS,
            batch: config.CONNECTION_POOL_SIZE,
            batchPerHost: config.CONNECTION_POOL_SIZE,
            // Without url and error, whose values have no end.
            systemTags: ['check', 'error_code', 'expected_response', 'group', 'method', 'name', 'proto', 'scenario', 'status',
                'subproto'],
            setupTimeout: `${LOOKS * (config.CONNECT_TIMEOUT + config.HTTP_TIMEOUT) + 30000 +
                this.sizes.accounts * TIME_FOR_ACCOUNT}ms`,
        };
    }

    /** Starts no load on a target that is not there, and makes the accounts of the users. */
    setup() {
        const { config } = this;
        const before = exec.instance.currentTestRunDuration;
        for (const { name, meant } of likelySlips(__ENV)) {
            console.warn(`${name} is set, but this suite has no such variable: did you mean ${meant}?`);
        }
        const wrong = overridden(/** @type {any} */ (exec.test.options), Object.values(SCENARIOS));
        if (wrong !== '') exec.test.abort(wrong);
        if (this.sizes.users < config.VUS) {
            console.info(`${this.sizes.users} users at the same time: VUS=${config.VUS} is more than ` +
                `TEST_CONCURRENT_SESSIONS=${config.TEST_CONCURRENT_SESSIONS}`);
        }
        const reading = lookFor(() => this.loop.probe());
        const missing = notThere(reading, lookFor(() => this.client.probe()), config);
        if (missing !== '') exec.test.abort(missing);
        const api = lookFor(() => this.api.health());
        const at = `the API at ${withoutPassword(config.BASE_URL)}`;
        if (!api.ok) exec.test.abort(`no load was started: ${at} is not in order: ${api.why}`);
        const { users, why } = this.api.enter(this.sizes.accounts, config.TEST_SEED);
        if (why !== '') exec.test.abort(`no load was started: ${at} lets no user in: ${why}`);
        console.info(`loop frequency: source ${reading.source}, read at ${withoutPassword(config.METRICS_URL)}; ` +
            `${users.length} accounts`);
        return {
            source: reading.source,
            started: new Date().toISOString(),
            setupTime: exec.instance.currentTestRunDuration - before,
            users,
        };
    }

    /** The observer: one iteration is one window of the loop. */
    hz() {
        const { config, shape } = this;
        const middle = exec.scenario.progress * shape.total + HZ_WINDOW / 2;
        exec.vu.metrics.tags.phase = shape.phaseAt(middle / 1000);
        const seen = this.loop.next();
        if (seen.error?.code === 'interrupted') return;
        check(seen, { [CHECKS.loop(config.HZ_AVERAGE_THRESHOLD)]: (w) => w.high !== null && w.high > config.HZ_AVERAGE_THRESHOLD },
            { type: 'hz', reading: seen.hz === null ? 'none' : 'ok' });
    }

    /**
     * One iteration of a user.
     *
     * @param {() => boolean} work whether all went well
     */
    iterate(work) {
        this.tagPhase();
        this.pause(this.ledger.guarded(work) ?? false);
    }

    /**
     * Does one flow and counts what it came to.
     *
     * @param {S['flows'][number]['name']} flow
     * @param {() => Outcome | null} work null when it was cut off by the end of the test
     * @returns {boolean} it did not fail
     */
    record(flow, work) {
        this.tagPhase();
        return this.ledger.record(flow, work);
    }

    /**
     * Makes sure that this user has tokens that are good for a while.
     *
     * @param {Tokens[]} users of setup()
     * @returns {Tokens | null} null when they could not be renewed
     */
    entered(users) {
        const current = this.tokens ??= users[(exec.vu.idInTest - 1) % users.length];
        if (Date.now() < current.renewAt) return current;
        const renewed = this.record(this.authFlow, () => this.adopt(this.api.renew(current)));
        return renewed ? this.tokens : null;
    }

    /**
     * Takes over new tokens.
     *
     * @template {Outcome & {tokens: Tokens | null}} O
     * @param {O} outcome
     * @returns {O}
     */
    adopt(outcome) {
        this.tokens = outcome.tokens ?? this.tokens;
        return outcome;
    }

    /**
     * A conversation over WebSocket.
     *
     * @returns {Outcome | null}
     */
    converse() {
        const session = this.client.connect();
        if (session.error?.code === 'interrupted') return null;
        check(session, { [CHECKS.connected]: (s) => s.ok });
        if (!session.ok) {
            this.ledger.connectionErrors.add(1);
            return { time: 0, why: `${session.error?.code}: ${session.error?.message}` };
        }
        let why = '';
        for (let turn = 1; turn <= this.config.TURNS_PER_SESSION && why === ''; turn += 1) {
            this.tagPhase();
            const reply = session.ask(this.pick(QUESTIONS), { userId: `user_${__VU}` });
            if (reply.interrupted) return null;
            check(reply, { [CHECKS.streamed]: (r) => r.ok });
            if (!reply.ok) why = `${reply.error?.code}: ${reply.error?.message}`;
            if (reply.error?.code === 'reset' || reply.error?.code === 'closed') this.ledger.connectionErrors.add(1);
            // A session that the server closes meanwhile is found by the next question, which then fails.
            if (reply.ok && turn < this.config.TURNS_PER_SESSION) session.think(this.thinkTime());
        }
        session.close();
        return { time: 0, why };
    }

    /**
     * The pause of a user between two things.
     *
     * @param {boolean} ok the last one went well
     */
    pause(ok) {
        sleep(Math.max(this.thinkTime(), ok ? 0 : LEAST_PAUSE_AFTER_FAILURE));
    }

    /** Seconds. */
    thinkTime() {
        const { THINK_MIN, THINK_MAX } = this.config;
        return (THINK_MIN + this.random() * (THINK_MAX - THINK_MIN)) / 1000;
    }

    /**
     * @template T
     * @param {T[]} list
     */
    pick(list) {
        return list[Math.floor(this.random() * list.length)];
    }

    /**
     * Every sample of this user from now on belongs to the phase that it is now. k6's own progress is on the monotonic
     * clock and leaves setup() out, so that both scenarios count from the same moment.
     */
    tagPhase() {
        const { shape } = this;
        const now = shape.idle + exec.scenario.progress * (shape.total - shape.idle);
        exec.vu.metrics.tags.phase = shape.phaseAt(now / 1000);
    }

}

/** Runs only when the scenarios were replaced and setup() was left out. */
export function replaced() {
    exec.test.abort(overridden({}));
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
