/**
 * The metrics of the flows: every flow that a user comes to the end of is counted, whatever it ended with.
 */

import { check } from 'k6';
import exec from 'k6/execution';
import { Counter, Rate, Trend } from 'k6/metrics';
import { evidence } from 'k6/x/fwhz';

/** @import { Flow, Suite } from 'k6/x/fwhz' */
/** @import { Outcome } from './api.js' */

/** Only the first of these users log what they could not do, each once for a flow. */
const LOGGING_USERS = 3;

export class Ledger {
    /** @param {Suite} suite */
    constructor(suite) {
        this.verbose = suite.config.VERBOSE_LOGGING;
        this.guard = suite.guard;
        this.runs = new Counter('flow_runs');
        this.connectionErrors = new Counter('ws_connection_errors');
        /** @type {Record<string, {flow: Flow, failures: Rate, time: Trend | null}>} */
        this.metrics = {};
        for (const flow of suite.flows()) {
            this.metrics[flow.name] = { flow, failures: new Rate(flow.failures), time: flow.metric ? new Trend(flow.metric, true) : null };
        }
        /** @type {Set<string>} flows whose failure this user has logged */
        this.logged = new Set();
    }

    /**
     * Does one flow and counts what it came to. An exception is a failure of the flow.
     *
     * @param {string} name
     * @param {() => Outcome | null} work null when it was cut off by the end of the test
     * @returns {boolean} it did not fail
     */
    record(name, work) {
        const outcome = this.guard(work)();
        if (outcome === null) return true;
        const { time, why } = outcome ?? { time: 0, why: 'exception of the script' };
        const { flow, failures, time: trend } = this.metrics[name];
        failures.add(why !== '');
        evidence.attempt(flow.failures, why !== '');
        this.runs.add(1, { flow: name });
        if (why !== '') this.note(name, why);
        else if (flow.metric) {
            trend?.add(time);
            evidence.wait(flow.metric, time);
        }
        check(why, { [`${name} done`]: (text) => text === '' });
        return why === '';
    }

    /** A connection could not be opened, or was lost. */
    loseConnection() {
        this.connectionErrors.add(1);
        evidence.count('ws_connection_errors');
    }

    /**
     * @param {string} flow
     * @param {string} why
     */
    note(flow, why) {
        const first = exec.vu.idInTest <= LOGGING_USERS && !this.logged.has(flow);
        if (!first && !this.verbose) return;
        this.logged.add(flow);
        console.warn(`user_${exec.vu.idInTest}: flow ${flow}: ${why}`);
    }
}
