/**
 * The options of every load test: one observer of the loop beside users who come and go.
 */

import { thresholds, TREND_STATS } from './thresholds.js';

/** @import { LoadShape } from './phases.js' */
/** @import { Limits } from './thresholds.js' */

/** How long a user who is still busy may go on when it is time to leave. */
const GRACE = '5s';

/** The scenario of the observer, and the function that it runs. */
export const OBSERVER = 'hz';

/**
 * @param {Limits} limits
 * @param {LoadShape} shape
 * @param {string} scenario name of the users'
 * @param {string} exec the function that a user runs
 */
export function loadOptions(limits, shape, scenario, exec) {
    return {
        scenarios: {
            [OBSERVER]: { executor: 'constant-vus', exec: OBSERVER, vus: 1, duration: `${shape.total}ms`, gracefulStop: '0s' },
            [scenario]: {
                executor: 'ramping-vus', exec, startTime: `${shape.idle}ms`, startVUs: 0, stages: shape.stages,
                gracefulRampDown: GRACE, gracefulStop: GRACE,
            },
        },
        thresholds: thresholds(limits),
        summaryTrendStats: TREND_STATS,
        // Without url and error, whose values have no end.
        systemTags: ['check', 'error_code', 'expected_response', 'group', 'method', 'name', 'proto', 'scenario', 'status', 'subproto'],
    };
}
