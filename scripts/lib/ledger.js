/**
 * The metrics of the flows: every flow that a user comes to the end of is counted, whatever it ended with.
 */

import { check } from 'k6';
import exec from 'k6/execution';
import { Counter, Rate, Trend } from 'k6/metrics';
import { evidence } from 'k6/x/fwhz';

/** @import { Outcome } from './api.js' */
/** @import { Flow } from './flows.js' */

/** Only the first of these users log what they could not do, each once for a flow. */
const LOGGING_USERS = 3;

export class Ledger {
    /**
     * @param {readonly Flow[]} flows
     * @param {boolean} verbose every failure is logged
     */
    constructor(flows, verbose) {
        this.verbose = verbose;
        this.runs = new Counter('flow_runs');
        this.exceptions = new Counter('script_exceptions');
        this.connectionErrors = new Counter('ws_connection_errors');
        /** @type {Record<string, {flow: Flow, failures: Rate, time: Trend | null}>} */
        this.metrics = {};
        for (const flow of flows) {
            const { name, failures, speed } = flow;
            this.metrics[name] = { flow, failures: new Rate(failures), time: speed ? new Trend(speed.metric, true) : null };
        }
        /** @type {Set<string>} flows whose failure this user has logged */
        this.logged = new Set();
    }

    /**
     * What work returns; undefined when it threw. k6 itself would only log an exception, and let the run pass.
     *
     * @template T
     * @param {() => T} work
     * @returns {T | undefined}
     */
    guarded(work) {
        try {
            return work();
        } catch (error) {
            this.exceptions.add(1);
            console.error(`exception of the script: ${/** @type {Error} */ (error)?.stack ?? error}`);
            return undefined;
        }
    }

    /**
     * Does one flow and counts what it came to. An exception is a failure of the flow.
     *
     * @param {string} flow
     * @param {() => Outcome | null} work null when it was cut off by the end of the test
     * @returns {boolean} it did not fail
     */
    record(flow, work) {
        const outcome = this.guarded(work);
        if (outcome === null) return true;
        const { time, why } = outcome ?? { time: 0, why: 'exception of the script' };
        const { flow: { failures: rate, speed }, failures, time: trend } = this.metrics[flow];
        failures.add(why !== '');
        evidence.attempt(rate, why !== '');
        this.runs.add(1, { flow });
        if (why !== '') this.note(flow, why);
        else if (speed) {
            trend?.add(time);
            evidence.wait(speed.metric, time);
        }
        check(why, { [`${flow} done`]: (text) => text === '' });
        return why === '';
    }

    /**
     * @param {string} flow
     * @param {string} why
     */
    note(flow, why) {
        const first = exec.vu.idInTest <= LOGGING_USERS && !this.logged.has(flow);
        if (!first && !this.verbose) return;
        this.logged.add(flow);
        console.warn(`user_${__VU}: flow ${flow}: ${why}`);
    }
}
