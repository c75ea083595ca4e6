/**
 * Is everything there that a load test needs? One line for each thing, and exit code 99 if a required one is down.
 *
 *   k6 run --quiet scripts/health-check.js
 */

import { check } from 'k6';
import { Suite } from 'k6/x/fwhz';

/** @import { Look } from 'k6/x/fwhz' */

const suite = new Suite('health');

export const options = suite.options;

/** Looks at everything: handleSummary can print only what setup() returned. */
export const setup = () => suite.look();

/** @param {Look[]} looks */
export default function judge(looks) {
    for (const look of looks) {
        if (look.required) check(look, { [`${look.name} is healthy`]: (l) => l.ok });
    }
}

export const handleSummary = (/** @type {object} */ data) => suite.healthSummary(data);
