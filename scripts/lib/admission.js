/**
 * What setup() of every load test does before its load: it starts none on a target that is not there.
 */

import exec from 'k6/execution';

import { likelySlips, withoutPassword } from './config.js';
import { lookFor } from './looks.js';
import { notThere, otherPlan, overridden } from './preflight.js';

/** @import { ChatClient } from 'k6/x/fwhz' */
/** @import { Config } from './config.js' */
/** @import { Observer } from './observer.js' */
/** @import { SetupData } from './verdict.js' */

/**
 * Aborts the test unless the script's scenarios are in force and loop and chat are there.
 *
 * @param {Config} config
 * @param {Observer} observer
 * @param {ChatClient} client
 * @param {{scenarios: Record<string, unknown>, thresholds: Record<string, unknown>}} options of the script
 * @param {() => string} [further] looks at what else the script needs; what it returns is why no load can be started
 * @returns {SetupData} what the summary has to know
 */
export function admit(config, observer, client, options, further = () => '') {
    const before = exec.instance.currentTestRunDuration;
    for (const { name, meant } of likelySlips(__ENV)) {
        console.warn(`${name} is set, but this suite has no such variable: did you mean ${meant}?`);
    }
    refuse(overridden(/** @type {any} */ (exec.test.options), Object.keys(options.scenarios)));
    refuse(otherPlan(exec.test.options, options));
    const reading = lookFor(() => observer.probe());
    refuse(notThere(reading, lookFor(() => client.probe()), config));
    refuse(further());
    const source = /** @type {SetupData['source']} */ (reading.source);
    console.info(`loop frequency: source ${source}, read at ${withoutPassword(config.METRICS_URL)}`);
    return { source, started: new Date().toISOString(), setupTime: exec.instance.currentTestRunDuration - before };
}

/** @param {string} why empty when nothing is wrong */
function refuse(why) {
    if (why !== '') exec.test.abort(why);
}
