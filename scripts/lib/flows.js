/**
 * The flows of a scenario: what its users do, how often, and what is promised for it. Pure.
 *
 * Every flow has a Rate with one sample for each time it was done: 1 failed, 0 fine. Beside every objective stands a
 * guard, for k6 lets a Rate without a sample pass: a flow that never ran cannot pass.
 */

/**
 * @typedef {object} Speed how long a flow may take, when it succeeds
 * @property {string} metric a Trend
 * @property {'p(90)' | 'p(95)'} statistic
 * @property {number} limit ms
 *
 * @typedef {object} Flow
 * @property {string} name
 * @property {number} [share] of the iterations, in percent; without it the script itself says when the flow is done
 * @property {string} failures its Rate
 * @property {number} limit the share of failures stays below this
 * @property {Speed | null} speed null where the extension's message_response_time says it
 *
 * @typedef {object} Scenario
 * @property {Flow[]} flows
 * @property {number} failedRequests the share of failed HTTP requests stays below this
 * @property {boolean} limited TEST_CONCURRENT_SESSIONS limits the number of users
 */

/** The 95th percentile of all HTTP requests stays below this, in ms. */
export const REQUEST_TIME = 2000;

/** So many connections that could not be opened, or were lost, are too many. */
export const CONNECTION_ERRORS = 10;

/** How the requests of the users are told from those of setup(). */
export const FAILED_REQUESTS = 'http_req_failed{scenario:users}';
export const REQUESTS = 'http_req_duration{phase:steady}';

/** What the same requests are called where they are recorded. */
export const RECORDED_REQUESTS = { failed: 'http_req_failed', time: 'http_req_duration' };

/**
 * @param {string} metric
 * @param {'p(90)' | 'p(95)'} [statistic]
 * @param {number} [limit]
 * @returns {Speed}
 */
const within = (metric, statistic = 'p(95)', limit = 2000) => ({ metric, statistic, limit });

/** The whole application: each iteration of a user is one flow, drawn by its share. */
export const COMPREHENSIVE = /** @satisfies {Scenario} */ ({
    flows: [
        { name: 'auth', share: 20, failures: 'auth_failures', limit: 0.01, speed: within('auth_response_time') },
        { name: 'profile', share: 10, failures: 'profile_failures', limit: 0.05, speed: within('profile_response_time') },
        { name: 'upload', share: 25, failures: 'upload_failures', limit: 0.05,
            speed: within('upload_processing_time', 'p(95)', 30000) },
        { name: 'message', share: 35, failures: 'message_failures', limit: 0.05,
            speed: within('chat_response_time', 'p(90)', 5000) },
        { name: 'websocket', share: 10, failures: 'websocket_failures', limit: 0.05, speed: null },
    ],
    failedRequests: 0.05,
    limited: true,
});

/** The general API: each iteration of a user is all flows that are its turn. */
export const LOAD = /** @satisfies {Scenario} */ ({
    flows: [
        { name: 'health', failures: 'health_failures', limit: 0.01, speed: within('health_response_time') },
        { name: 'login', failures: 'login_failures', limit: 0.01, speed: within('login_response_time') },
        { name: 'conversations', failures: 'conversations_failures', limit: 0.01, speed: within('conversations_response_time') },
        { name: 'upload', failures: 'upload_failures', limit: 0.05, speed: within('upload_processing_time', 'p(95)', 30000) },
        { name: 'websocket', failures: 'websocket_failures', limit: 0.05, speed: null },
    ],
    failedRequests: 0.01,
    limited: false,
});

/**
 * The flow that a single random number stands for. Drawing anew for every candidate would give other shares.
 *
 * @template {{share: number}} F
 * @param {readonly F[]} flows whose shares are 100 together
 * @param {number} number from 0 to below 1
 * @returns {F}
 */
export function draw(flows, number) {
    let left = number * 100;
    for (const flow of flows) {
        if (left < flow.share) return flow;
        left -= flow.share;
    }
    return flows[flows.length - 1];
}

/**
 * The guard of a flow: a Counter.
 *
 * @param {Flow} flow
 */
export const runsOf = ({ name }) => `flow_runs{flow:${name}}`;

/**
 * Speed is judged where the load is the promised one.
 *
 * @param {Speed} speed
 */
export const steady = ({ metric }) => `${metric}{phase:steady}`;

/**
 * The thresholds of a scenario, to be added to those of the chat and the loop.
 *
 * @param {Scenario} scenario
 * @returns {Record<string, string[]>}
 */
export function flowObjectives({ flows, failedRequests }) {
    /** @type {Record<string, string[]>} */
    const all = {
        [FAILED_REQUESTS]: [`rate<${failedRequests}`],
        [REQUESTS]: [`p(95)<${REQUEST_TIME}`, 'max>0'],
        ws_connection_errors: [`count<${CONNECTION_ERRORS}`],
        script_exceptions: ['count<1'],
    };
    for (const flow of flows) {
        all[flow.failures] = [`rate<${flow.limit}`];
        all[runsOf(flow)] = ['count>0'];
        if (flow.speed) all[steady(flow.speed)] = [`${flow.speed.statistic}<${flow.speed.limit}`, 'max>0'];
    }
    return all;
}
