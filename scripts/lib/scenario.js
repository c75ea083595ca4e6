/**
 * What the scenarios of the whole application share: the load and the users with their accounts, the look at the target
 * before it, the observer of the loop, and the way to the summary.
 */

import { check } from 'k6';
import exec from 'k6/execution';
import { ChatClient } from 'k6/x/fwhz';

import { sizes } from './accounts.js';
import { Api } from './api.js';
import { CHECKS } from './checks.js';
import { chatOptions } from './clients.js';
import { readConfig, refusingInOneLine, withoutPassword } from './config.js';
import { withEnvFile } from './env-file.js';
import { Ledger } from './ledger.js';
import { lookFor, LOOKS } from './looks.js';
import { Observer } from './observer.js';
import { Pace, QUESTIONS } from './pace.js';
import { loadShape } from './phases.js';

/** @import { Outcome } from './api.js' */
/** @import { Tokens } from './accounts.js' */
/** @import { Scenario } from './flows.js' */

/** How long setup() may take for each account, in ms. */
const TIME_FOR_ACCOUNT = 2000;

/** The scenario of the users. */
const USERS = 'users';

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
        this.config = refusingInOneLine(() => readConfig(withEnvFile(__ENV), script));
        this.sizes = sizes(this.config, scenario.limited);
        this.shape = loadShape({ ...this.config, VUS: this.sizes.users });
        this.observer = refusingInOneLine(() => new Observer(this.config, this.shape));
        this.client = refusingInOneLine(() => new ChatClient(this.config.chatUrl, chatOptions(this.config)));
        this.authFlow = authFlow;
        this.api = new Api(this.config);
        this.pace = new Pace(this.config, this.shape);
        this.ledger = new Ledger(scenario.flows, this.config.VERBOSE_LOGGING);
        /** @type {Tokens | null} the tokens of this user */
        this.tokens = null;
        /** @type {import('./around.js').Around} */
        this.around = __VU > 0 ? {} : this.surroundings(script, scenario);
    }

    /**
     * @param {string} name
     * @param {S} scenario
     */
    surroundings(name, scenario) {
        const { config, shape, observer, client } = this;
        /** @type {Tokens[]} */
        let accounts = [];
        const { around } = /** @type {typeof import('./around.js')} */ (require('./around.js'));
        const { moreOf } = /** @type {typeof import('./flow-slos.js')} */ (require('./flow-slos.js'));
        const { options, setup, ...ends } = around({
            name, config, shape, observer, client, users: USERS, user: 'user', more: moreOf(scenario),
            wait: Math.max(config.HTTP_TIMEOUT, config.PROCESSING_TIMEOUT),
            setupTime: LOOKS * config.HTTP_TIMEOUT + 30000 + this.sizes.accounts * TIME_FOR_ACCOUNT,
            further: () => {
                const entered = this.enterAll();
                accounts = entered.users;
                return entered.why;
            },
        });
        return {
            ...ends,
            options: { ...options, batch: config.CONNECTION_POOL_SIZE, batchPerHost: config.CONNECTION_POOL_SIZE },
            setup: () => {
                const data = setup();
                console.info(`${accounts.length} accounts`);
                return { ...data, users: accounts };
            },
        };
    }

    /**
     * Makes the accounts of the users.
     *
     * @returns {{users: Tokens[], why: string}} why no load can be started; empty when it can
     */
    enterAll() {
        const { config } = this;
        if (this.sizes.users < config.VUS) {
            console.info(`${this.sizes.users} users at the same time: VUS=${config.VUS} is more than ` +
                `TEST_CONCURRENT_SESSIONS=${config.TEST_CONCURRENT_SESSIONS}`);
        }
        const api = lookFor(() => this.api.health());
        const at = `no load was started: the API at ${withoutPassword(config.BASE_URL)}`;
        if (!api.ok) return { users: [], why: `${at} is not in order: ${api.why}` };
        const { users, why } = this.api.enter(this.sizes.accounts, config.TEST_SEED);
        return { users, why: why === '' ? '' : `${at} lets no user in: ${why}` };
    }

    /** The observer: one iteration is one window of the loop. */
    hz() {
        this.observer.watch();
    }

    /**
     * One iteration of a user.
     *
     * @param {() => boolean} work whether all went well
     */
    iterate(work) {
        this.pace.tagPhase();
        this.pace.pause(this.ledger.guarded(work) ?? false);
    }

    /**
     * Does one flow and counts what it came to.
     *
     * @param {S['flows'][number]['name']} flow
     * @param {() => Outcome | null} work null when it was cut off by the end of the test
     * @returns {boolean} it did not fail
     */
    record(flow, work) {
        this.pace.tagPhase();
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
        for (let turn = 1; turn <= this.config.TURNS_PER_SESSION && why === '' && this.pace.left() > 0; turn += 1) {
            this.pace.tagPhase();
            const reply = session.ask(this.pace.pick(QUESTIONS), { userId: `user_${__VU}` });
            if (reply.interrupted) return null;
            check(reply, { [CHECKS.streamed]: (r) => r.ok });
            if (!reply.ok) why = `${reply.error?.code}: ${reply.error?.message}`;
            if (reply.error?.code === 'reset' || reply.error?.code === 'closed') this.ledger.connectionErrors.add(1);
            // A session that the server closes meanwhile is found by the next question, which then fails.
            if (reply.ok && turn < this.config.TURNS_PER_SESSION) session.think(this.pace.thinkTime());
        }
        session.close();
        return { time: 0, why };
    }
}
