/**
 * What the users of the whole application share: their accounts, and what they do over HTTP and in the chat.
 */

import exec from 'k6/execution';
import { ChatClient, Suite } from 'k6/x/fwhz';

import { Api } from './api.js';
import { converse } from './conversation.js';
import { Ledger } from './ledger.js';
import { Pace } from './pace.js';

/** @import { Outcome } from './api.js' */
/** @import { Tokens } from './accounts.js' */

export class Application {
    /**
     * @param {'comprehensive' | 'load'} name
     * @param {string} authFlow the flow that a renewal of tokens counts for
     */
    constructor(name, authFlow) {
        this.suite = new Suite(name);
        this.client = new ChatClient(this.suite.chat);
        this.pace = new Pace(this.suite);
        this.api = new Api(this.suite.config);
        this.ledger = new Ledger(this.suite);
        this.authFlow = authFlow;
        /** @type {Tokens | null} the tokens of this user */
        this.tokens = null;
    }

    /** The setup() of the script: what the suite looks at, and the accounts of the users. */
    setup() {
        /** @type {Tokens[]} */
        let users = [];
        const data = this.suite.admit(() => {
            const entered = this.enterAll();
            users = entered.users;
            return entered.why;
        });
        console.info(`${users.length} accounts`);
        return { ...data, users };
    }

    /**
     * Makes the accounts of the users.
     *
     * @returns {{users: Tokens[], why: string}} why no load can be started; empty when it can
     */
    enterAll() {
        const { config, users: most } = this.suite;
        if (most < config.VUS) {
            console.info(`${most} users at the same time: VUS=${config.VUS} is more than ` +
                `TEST_CONCURRENT_SESSIONS=${config.TEST_CONCURRENT_SESSIONS}`);
        }
        const api = this.suite.lookFor(() => this.api.health());
        const at = `no load was started: the API at ${this.suite.shownUrl(config.BASE_URL)}`;
        if (!api.ok) return { users: [], why: `${at} is not in order: ${api.why}` };
        const { users, why } = this.api.enter(this.suite.accounts, config.TEST_SEED);
        return { users, why: why === '' ? '' : `${at} lets no user in: ${why}` };
    }

    /**
     * The function of a user: one iteration is some work and a pause.
     *
     * @param {(data: {users: Tokens[]}) => boolean} work whether all went well
     */
    user(work) {
        const guarded = this.suite.guard(work);
        return (/** @type {{users: Tokens[]}} */ data) => {
            this.suite.tagPhase();
            this.pace.pause(guarded(data) ?? false);
        };
    }

    /**
     * Does one flow and counts what it came to.
     *
     * @param {string} flow
     * @param {() => Outcome | null} work null when it was cut off by the end of the test
     * @returns {boolean} it did not fail
     */
    record(flow, work) {
        this.suite.tagPhase();
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
        const { error, interrupted, lost } = converse(this.suite, this.client);
        if (lost > 0) this.ledger.loseConnection();
        return interrupted > 0 ? null : { time: 0, why: error ? `${error.code}: ${error.message}` : '' };
    }
}
