/**
 * Every environment variable of the suite, in one table: the scripts read and check their configuration by it, and
 * `.env.test.example` is written from it.
 *
 * `default: ''` means that nothing is set; where the script then derives a value, `meaning` says from what. A variable
 * that is set to nothing counts as not set, except with `emptyIsValue`. `min` and `max` are allowed themselves, `above`
 * is not. `readers` names who acts on the variable: a script by its file name, or the shell tools, Docker, k6 itself or
 * the monitoring.
 */

const MAIN = 'websocket-streaming-load-test.js';
const HEALTH = 'health-check.js';
const COMPREHENSIVE = 'comprehensive-load-test.js';
const LOAD = 'load-test.js';
const FRONT_DOOR = 'run-slo-testing.sh';
const DOCKER = 'Dockerfile';
const K6 = 'k6';
const MONITORING = 'docker-compose.yml';

/** The names that stand under `readers`. */
export const READERS = { MAIN, HEALTH, COMPREHENSIVE, LOAD, FRONT_DOOR, DOCKER, K6, MONITORING };

/** Variables by topic, in the order of `.env.test.example`. */
export const GROUPS = /** @type {const} */ ([
    {
        title: 'What to run, and how much of it',
        variables: [
            { name: 'TEST_TYPE', kind: 'enum', default: 'websocket-streaming',
                allowed: ['websocket-streaming', 'health', 'comprehensive', 'load', 'custom'],
                readers: [FRONT_DOOR, DOCKER], meaning: 'which test the container runs' },
            { name: 'CUSTOM_SCRIPT', kind: 'string', default: '',
                readers: [FRONT_DOOR, DOCKER], meaning: 'path of the script that TEST_TYPE=custom runs' },
            { name: 'CUSTOM_ARGS', kind: 'string', default: '',
                readers: [FRONT_DOOR, DOCKER], meaning: 'further k6 arguments for TEST_TYPE=custom' },
            { name: 'RUNNER', kind: 'enum', default: 'native', allowed: ['native', 'docker'],
                readers: [FRONT_DOOR], meaning: 'run bin/k6 of this checkout, or the Docker image' },
            { name: 'VUS', kind: 'int', default: '1000', unit: 'users', min: 1, max: 100000,
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'number of users at the same time' },
            { name: 'DURATION', kind: 'duration', default: '5m', min: '1s', max: '24h',
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'time with all users, without idle phase and ramps' },
            { name: 'IDLE', kind: 'duration', default: '10s', min: '0s', max: '1h',
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'time before the first user, in which only the loop is measured' },
            { name: 'RAMP', kind: 'bool', default: '1',
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'users come and leave step by step; 0 starts and ends all at once' },
            { name: 'RAMP_SCALE', kind: 'number', default: '1', min: 0.01, max: 100,
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'factor on the length of the ramps (30s, 30s, 1m up, 30s down)' },
        ],
    },
    {
        title: 'Targets',
        variables: [
            { name: 'BASE_URL', kind: 'url', default: 'http://localhost:4000', schemes: ['http', 'https'],
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'the API' },
            { name: 'WS_URL', kind: 'url', default: 'ws://localhost:8080', schemes: ['ws', 'wss'],
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'the chat service, for WebSocket' },
            { name: 'CHAT_ORCHESTRATOR_URL', kind: 'url', default: '', schemes: ['http', 'https'],
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'the chat service, for HTTP; empty: host and port of WS_URL' },
            { name: 'CHAT_PATH', kind: 'path', default: '/api/chat',
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'path of the chat below WS_URL' },
            { name: 'CHAT_TOKEN', kind: 'string', default: '', secret: true,
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'token that the chat expects as ?token=; empty: none is sent' },
            { name: 'CHAT_ORIGIN', kind: 'string', default: '',
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'Origin header of the chat, for a server that lets only its own pages in; empty: none' },
            { name: 'CHAT_HEADERS', kind: 'string', default: '', secret: true,
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'further headers of the chat, such as Cookie: session=abc; several are separated by |; empty: none' },
            { name: 'CHAT_SUBPROTOCOLS', kind: 'string', default: '',
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'WebSocket subprotocols that are offered to the chat, separated by commas; empty: none' },
            { name: 'AUTH_HEADER', kind: 'string', default: '', secret: true,
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD],
                meaning: 'Authorization header of chat and API, such as Bearer abc; an account sends its own token; empty: none' },
            { name: 'METRICS_URL', kind: 'url', default: '', schemes: ['http', 'https'], query: true,
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD],
                meaning: 'where the loop is read; empty: BASE_URL/metrics, with HZ_SOURCE=health CHAT_ORCHESTRATOR_URL/healthz' },
            { name: 'METRICS_AUTH_HEADER', kind: 'string', default: '', secret: true,
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'Authorization header of METRICS_URL; empty: none' },
        ],
    },
    {
        title: 'Service level objectives',
        variables: [
            { name: 'ERROR_RATE_THRESHOLD', kind: 'ratio', default: '0.01', above: 0, max: 1,
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'the share of failed turns stays below this' },
            { name: 'HZ_AVERAGE_THRESHOLD', kind: 'number', default: '95', unit: 'Hz', above: 0, max: 100000,
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'the loop runs faster than this' },
            { name: 'HZ_AVERAGE_MAXIMUM', kind: 'number', default: '105', unit: 'Hz', min: 0, max: 100000,
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'the loop runs slower than this: one that was started twice turns too fast; 0: no such limit' },
            { name: 'WS_CONNECTION_TIME_P95', kind: 'number', default: '5000', unit: 'ms', above: 0, max: 3600000,
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: '95 of 100 connections open faster than this' },
            { name: 'MESSAGE_RESPONSE_TIME_P90', kind: 'number', default: '10000', unit: 'ms', above: 0, max: 3600000,
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: '90 of 100 answers are complete sooner than this' },
            { name: 'LOOP_LONGEST_GAP', kind: 'number', default: '1000', unit: 'ms', above: 0, max: 3600000,
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'the loop never stands still for longer than this' },
            { name: 'LOOP_RESTARTS', kind: 'int', default: '0', min: 0, max: 1000,
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'number of restarts of the loop that are tolerated' },
        ],
    },
    {
        title: 'When a run says nothing (INVALID)',
        variables: [
            { name: 'GENERATOR_LAG_P99', kind: 'number', default: '100', unit: 'ms', above: 0, max: 60000,
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'the load generator itself wakes at most this late, 99 times of 100' },
            { name: 'HZ_COVERAGE', kind: 'ratio', default: '0.9', above: 0, max: 1,
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'share of the run in which the loop was really measured' },
            { name: 'EVIDENCE', kind: 'enum', default: 'report', allowed: ['report', 'require'],
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'what the 95 % interval of an objective is for: to be shown, or also to decide: with require, a limit inside it is INVALID' },
        ],
    },
    {
        title: 'Measuring the loop',
        variables: [
            { name: 'METRICS_TIMEOUT', kind: 'duration', default: '2s', min: '10ms', max: '10m',
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'when a reading of METRICS_URL is given up' },
            { name: 'METRICS_MAX_SIZE', kind: 'int', default: '8388608', unit: 'bytes', min: 1024, max: 1073741824,
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'largest metrics page that is read, after unpacking' },
            { name: 'HZ_SOURCE', kind: 'enum', default: 'auto', allowed: ['auto', 'counter', 'gauge', 'health'],
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'what to read; auto takes the best that METRICS_URL offers, only a counter is measured' },
            { name: 'HZ_COUNTER', kind: 'series', default: 'consciousness_loop_iterations_total',
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'counter of loop turns, with labels if there are several: name{app="a"}' },
            { name: 'HZ_GAUGE', kind: 'series', default: 'consciousness_loop_hz',
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'gauge in which the server reports its frequency' },
            { name: 'HZ_INTERVAL', kind: 'duration', default: '100ms', min: '10ms', max: '1s',
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'time between two readings; a second must be a multiple of it' },
        ],
    },
    {
        title: 'How a user behaves',
        variables: [
            { name: 'TURNS_PER_SESSION', kind: 'int', default: '3', unit: 'turns', min: 1, max: 10000,
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'questions on one connection before the user reconnects' },
            { name: 'THINK_MIN', kind: 'duration', default: '1s', min: '0s', max: '1h',
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'shortest pause of a user between two questions' },
            { name: 'THINK_MAX', kind: 'duration', default: '3s', min: '0s', max: '1h',
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'longest pause of a user between two questions' },
            { name: 'CONNECT_TIMEOUT', kind: 'duration', default: '15s', min: '10ms', max: '10m',
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'when a connection is given up; longer than WS_CONNECTION_TIME_P95, which it would cut off' },
            { name: 'RESPONSE_TIMEOUT', kind: 'duration', default: '30s', min: '10ms', max: '1h',
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'when an answer is given up; longer than MESSAGE_RESPONSE_TIME_P90, which it would cut off' },
            { name: 'WS_PING_INTERVAL', kind: 'duration', default: '30s', min: '0s', max: '1h',
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'time between two pings of a user on a connection; 0s sends none' },
            { name: 'WS_PONG_TIMEOUT', kind: 'duration', default: '10s', min: '10ms', max: '1h',
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'when a connection counts as lost that gives no sign of life after a ping' },
            { name: 'TEST_SEED', kind: 'int', default: '1', min: 0, max: 2147483647,
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'seed of pauses and questions: the same one gives the same users' },
        ],
    },
    {
        title: 'The other scripts',
        variables: [
            { name: 'TEST_USER_COUNT', kind: 'int', default: '1000', unit: 'users', min: 1, max: 100000,
                readers: [COMPREHENSIVE, LOAD], meaning: 'number of accounts that the users share; at most 100 are made' },
            { name: 'TEST_MESSAGE_COUNT', kind: 'int', default: '10', unit: 'messages', min: 1, max: 10000,
                readers: [COMPREHENSIVE], meaning: 'messages of a user in one conversation before the next one begins' },
            { name: 'TEST_CONCURRENT_SESSIONS', kind: 'int', default: '50', unit: 'users', min: 1, max: 100000,
                readers: [COMPREHENSIVE], meaning: 'most users at the same time: a higher VUS is lowered to this' },
            { name: 'HTTP_TIMEOUT', kind: 'duration', default: '30s', min: '10ms', max: '10m',
                readers: [HEALTH, COMPREHENSIVE, LOAD], meaning: 'when an HTTP request is given up' },
            { name: 'PROCESSING_TIMEOUT', kind: 'duration', default: '30s', min: '10ms', max: '10m',
                readers: [COMPREHENSIVE, LOAD], meaning: 'when the processing of an uploaded file is given up' },
            { name: 'CONNECTION_POOL_SIZE', kind: 'int', default: '100', unit: 'connections', min: 1, max: 10000,
                readers: [COMPREHENSIVE, LOAD], meaning: 'most HTTP connections of one user to one host at the same time' },
        ],
    },
    {
        title: 'Results and logs',
        variables: [
            { name: 'SUMMARY_FILE', kind: 'string', default: 'summary.json', emptyIsValue: true,
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'where the result is written as JSON; empty: nowhere. The health check writes it only when this is set' },
            { name: 'JUNIT_FILE', kind: 'string', default: '',
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'where the result is written as JUnit XML; empty: nowhere' },
            { name: 'REPORT_FILE', kind: 'string', default: '',
                readers: [MAIN, HEALTH, COMPREHENSIVE, LOAD], meaning: 'where the result is written as Markdown; empty: nowhere' },
            { name: 'SAVE_TEST_RESULTS', kind: 'bool', default: 'true',
                readers: [FRONT_DOOR], meaning: 'keep the results of every run in TEST_RESULTS_DIR' },
            { name: 'TEST_RESULTS_DIR', kind: 'string', default: './test-results',
                readers: [FRONT_DOOR], meaning: 'directory of kept results' },
            { name: 'ROLLBACK_COMMAND', kind: 'string', default: '',
                readers: [FRONT_DOOR], meaning: 'shell command that follows a load test that did not pass; empty: none' },
            { name: 'VERBOSE_LOGGING', kind: 'bool', default: 'false',
                readers: [MAIN, COMPREHENSIVE, LOAD], meaning: 'log every failed turn, not only the first ones' },
            { name: 'DEBUG_MODE', kind: 'bool', default: 'false',
                readers: [FRONT_DOOR], meaning: 'show what the shell tools do, and let k6 log its debug lines' },
            { name: 'K6_LOG_LEVEL', kind: 'enum', default: 'info', allowed: ['debug', 'info', 'warn', 'error'],
                readers: [FRONT_DOOR], meaning: 'log lines of k6 from this level on' },
        ],
    },
    {
        title: 'Monitoring',
        variables: [
            { name: 'K6_PROMETHEUS_RW_SERVER_URL', kind: 'url', default: 'http://prometheus:9090/api/v1/write',
                schemes: ['http', 'https'], query: true,
                readers: [K6], meaning: 'where k6 sends its metrics with -o experimental-prometheus-rw' },
            { name: 'PROMETHEUS_URL', kind: 'url', default: 'http://localhost:9090', schemes: ['http', 'https'],
                readers: [FRONT_DOOR, HEALTH], meaning: 'Prometheus, as seen from this machine' },
            { name: 'GRAFANA_URL', kind: 'url', default: 'http://localhost:3001', schemes: ['http', 'https'],
                readers: [FRONT_DOOR, HEALTH], meaning: 'Grafana, as seen from this machine' },
            { name: 'GRAFANA_USER', kind: 'string', default: 'admin',
                readers: [MONITORING], meaning: 'user name in Grafana' },
            { name: 'GRAFANA_PASSWORD', kind: 'string', default: 'admin', secret: true,
                readers: [MONITORING], meaning: 'password in Grafana' },
            { name: 'ALERT_WEBHOOK_URL', kind: 'url', default: '', schemes: ['http', 'https'], query: true, secret: true,
                readers: [MONITORING], meaning: 'where Alertmanager sends alerts, read at start-monitoring; empty: nowhere' },
        ],
    },
    {
        title: 'Running on another machine',
        variables: [
            { name: 'SSH_HOST', kind: 'string', default: '',
                readers: [FRONT_DOOR], meaning: 'machine to run the test on; empty: this one' },
            { name: 'SSH_USER', kind: 'string', default: '',
                readers: [FRONT_DOOR], meaning: 'user name there; empty: as in the SSH configuration' },
            { name: 'SSH_KEY_PATH', kind: 'string', default: '',
                readers: [FRONT_DOOR], meaning: 'private key file; empty: as in the SSH configuration' },
            { name: 'SSH_PORT', kind: 'int', default: '22', min: 1, max: 65535,
                readers: [FRONT_DOOR], meaning: 'SSH port there' },
            { name: 'SSH_DIR', kind: 'string', default: '.featherweight-slo',
                readers: [FRONT_DOOR], meaning: 'directory there that the suite is copied to' },
        ],
    },
]);

/**
 * @typedef {typeof GROUPS[number]['variables'][number]} Variable
 */

/** All variables, without their groups. */
export const VARIABLES = GROUPS.flatMap((group) => /** @type {readonly Variable[]} */ (group.variables));
