/**
 * The options of every load test: one observer of the loop beside users who come and go.
 */

import { thresholds, TREND_STATS } from './thresholds.js';

/** @import { LoadShape } from './phases.js' */
/** @import { Limits } from './thresholds.js' */

/** Beyond the longest wait of a user: for closing handshakes, in ms. */
const CLOSING = 5000;

/** The scenario of the observer, and the function that it runs. */
export const OBSERVER = 'hz';

/**
 * @param {Limits & {CONNECT_TIMEOUT: number, RESPONSE_TIMEOUT: number}} config
 * @param {LoadShape} shape
 * @param {string} scenario name of the users'
 * @param {string} exec the function that a user runs
 * @param {number} [wait] ms of the longest wait that only this script has
 */
export function loadOptions(config, shape, scenario, exec, wait = 0) {
    // What was begun is followed to its answer or its time-out. k6 ends with the last user, so this costs time only if somebody waits.
    const follow = Math.max(config.CONNECT_TIMEOUT, config.RESPONSE_TIMEOUT, wait) + CLOSING;
    return {
        scenarios: {
            [OBSERVER]: { executor: 'constant-vus', exec: OBSERVER, vus: 1, duration: `${shape.total}ms`, gracefulStop: '0s' },
            [scenario]: {
                executor: 'ramping-vus', exec, startTime: `${shape.idle}ms`, startVUs: 0, stages: shape.stages,
                // A user who is to leave ends the conversation first, and nobody begins anything after the last stage.
                gracefulRampDown: `${shape.down + follow}ms`, gracefulStop: `${follow}ms`,
            },
        },
        thresholds: thresholds(config, shape.total),
        summaryTrendStats: TREND_STATS,
        // Without url and error, whose values have no end.
        systemTags: ['check', 'error_code', 'expected_response', 'group', 'method', 'name', 'proto', 'scenario', 'status', 'subproto'],
    };
}
