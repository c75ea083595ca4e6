/**
 * Looking whether something is there before the load.
 */

import { sleep } from 'k6';

/** How often setup() looks for the target: one that refuses some connections is to be tested, not to be refused. */
export const LOOKS = 3;

/**
 * The first look that finds something, or the last one.
 *
 * @template {{ok: boolean}} T
 * @param {() => T} look
 */
export function lookFor(look) {
    let found = look();
    for (let looks = 1; looks < LOOKS && !found.ok; looks += 1) {
        sleep(0.5);
        found = look();
    }
    return found;
}
