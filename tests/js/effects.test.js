import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VARIABLES } from '../../scripts/lib/variables.js';
import { testText } from './lib/named-tests.js';

/**
 * What each variable does, and the test that sees it: the file below tests/ and the name of the test, whose text sets the
 * variable. That a script reads a value is no effect; that something comes out differently is one.
 */
const LIMITS = 'every limit is where the verdict changes, for k6 as for the summary';
const EFFECTS = {
    TEST_TYPE: ['another script runs', 'bats/run.bats', 'run takes the test that TEST_TYPE names'],
    CUSTOM_SCRIPT: ['that script runs', 'bats/run.bats', 'run takes the test that TEST_TYPE names'],
    CUSTOM_ARGS: ['k6 has those arguments', 'bats/run.bats', 'run takes the test that TEST_TYPE names'],
    RUNNER: ['compose is called instead of bin/k6', 'bats/monitoring.bats',
        'RUNNER=docker runs the service with --rm, with names but no values on the command line, and takes its exit code'],
    VUS: ['so many users are in the summary', 'bats/results.bats', 'VUS, DURATION, IDLE, RAMP and RAMP_SCALE are the shape of the run'],
    DURATION: ['the steady phase is that long', 'bats/results.bats', 'VUS, DURATION, IDLE, RAMP and RAMP_SCALE are the shape of the run'],
    IDLE: ['the idle phase is that long', 'bats/results.bats', 'VUS, DURATION, IDLE, RAMP and RAMP_SCALE are the shape of the run'],
    RAMP: ['there is no phase of coming', 'bats/results.bats', 'VUS, DURATION, IDLE, RAMP and RAMP_SCALE are the shape of the run'],
    RAMP_SCALE: ['the ramps are that long', 'bats/results.bats', 'VUS, DURATION, IDLE, RAMP and RAMP_SCALE are the shape of the run'],
    BASE_URL: ['that address is asked', 'e2e/variables_test.go', 'TestEveryAddressTokenAndHeaderReachesItsServer'],
    WS_URL: ['that address is asked', 'e2e/variables_test.go', 'TestEveryAddressTokenAndHeaderReachesItsServer'],
    CHAT_ORCHESTRATOR_URL: ['that address is asked', 'e2e/variables_test.go', 'TestEveryAddressTokenAndHeaderReachesItsServer'],
    CHAT_PATH: ['that path is asked', 'e2e/variables_test.go', 'TestEveryAddressTokenAndHeaderReachesItsServer'],
    CHAT_TOKEN: ['a chat that wants it opens', 'e2e/variables_test.go', 'TestAChatThatWantsATokenOpensWithCHATTOKENOnly'],
    CHAT_ORIGIN: ['a chat that wants it opens', 'e2e/handshake_test.go', 'TestAChatThatLooksAtTheHandshakeOpensWithItsVariablesOnly'],
    CHAT_HEADERS: ['a chat that wants it opens', 'e2e/handshake_test.go', 'TestAChatThatLooksAtTheHandshakeOpensWithItsVariablesOnly'],
    CHAT_SUBPROTOCOLS: ['a chat that wants it opens', 'e2e/handshake_test.go', 'TestAChatThatLooksAtTheHandshakeOpensWithItsVariablesOnly'],
    AUTH_HEADER: ['API and chat receive it', 'e2e/variables_test.go', 'TestEveryAddressTokenAndHeaderReachesItsServer'],
    METRICS_URL: ['the loop is read there', 'e2e/variables_test.go', 'TestEveryAddressTokenAndHeaderReachesItsServer'],
    METRICS_AUTH_HEADER: ['the metrics endpoint receives it', 'e2e/variables_test.go', 'TestEveryAddressTokenAndHeaderReachesItsServer'],
    ERROR_RATE_THRESHOLD: ['the verdict changes there', 'js/limits.test.js', LIMITS],
    HZ_AVERAGE_THRESHOLD: ['the verdict changes there', 'js/limits.test.js', LIMITS],
    HZ_AVERAGE_MAXIMUM: ['the verdict changes there', 'js/limits.test.js', LIMITS],
    WS_CONNECTION_TIME_P95: ['the verdict changes there', 'js/limits.test.js', LIMITS],
    MESSAGE_RESPONSE_TIME_P90: ['the verdict changes there', 'js/limits.test.js', LIMITS],
    LOOP_LONGEST_GAP: ['the verdict changes there', 'js/limits.test.js', LIMITS],
    LOOP_RESTARTS: ['the verdict changes there', 'js/limits.test.js', LIMITS],
    GENERATOR_LAG_P99: ['the verdict changes there', 'js/limits.test.js', LIMITS],
    HZ_COVERAGE: ['the verdict changes there', 'js/limits.test.js', LIMITS],
    EVIDENCE: ['a limit inside the interval is not decided', 'js/proof.test.js', 'EVIDENCE=require makes a limit inside the interval INVALID'],
    METRICS_TIMEOUT: ['a reading is given up then', 'js/parts.test.js', 'every time and name of a connection is that of its variable'],
    METRICS_MAX_SIZE: ['a page is given up there', 'js/parts.test.js', 'every time and name of a connection is that of its variable'],
    HZ_SOURCE: ['the gauge is taken though there is a counter', 'e2e/variables_test.go', 'TestTheLoopIsReadWhereAndAsOftenAsConfigured'],
    HZ_COUNTER: ['that counter is taken', 'e2e/variables_test.go', 'TestTheLoopIsReadWhereAndAsOftenAsConfigured'],
    HZ_GAUGE: ['that gauge is taken', 'e2e/variables_test.go', 'TestTheLoopIsReadWhereAndAsOftenAsConfigured'],
    HZ_INTERVAL: ['the endpoint is read less often', 'e2e/variables_test.go', 'TestTheLoopIsReadWhereAndAsOftenAsConfigured'],
    TURNS_PER_SESSION: ['connections for the same turns', 'e2e/variables_test.go', 'TestAUserThinksAndReconnectsAsConfigured'],
    THINK_MIN: ['turns in the same time', 'e2e/variables_test.go', 'TestAUserThinksAndReconnectsAsConfigured'],
    THINK_MAX: ['turns in the same time', 'e2e/variables_test.go', 'TestAUserThinksAndReconnectsAsConfigured'],
    CONNECT_TIMEOUT: ['a handshake is given up then', 'e2e/variables_test.go', 'TestWaitingIsGivenUpAfterTheConfiguredTime'],
    RESPONSE_TIMEOUT: ['an answer is given up then', 'e2e/variables_test.go', 'TestWaitingIsGivenUpAfterTheConfiguredTime'],
    WS_PING_INTERVAL: ['the client of the extension pings so often', 'js/parts.test.js', 'every time and name of a connection is that of its variable'],
    WS_PONG_TIMEOUT: ['the client of the extension waits so long', 'js/parts.test.js', 'every time and name of a connection is that of its variable'],
    TEST_SEED: ['the accounts have other names', 'e2e/variables_test.go', 'TestTheSeedNamesTheAccounts'],
    TEST_USER_COUNT: ['so many accounts are made', 'e2e/flows_test.go', 'TestAccountsAreMadeOnceAndSharedByTheUsers'],
    TEST_MESSAGE_COUNT: ['messages in one conversation', 'e2e/flows_test.go', 'TestMessagesOfAConversationAreLimited'],
    TEST_CONCURRENT_SESSIONS: ['so many users', 'e2e/flows_test.go', 'TestConcurrentSessionsLimitTheUsersOfTheWholeApplication'],
    HTTP_TIMEOUT: ['a request is given up then', 'e2e/flows_test.go', 'TestAnAPIThatNeverAnswersIsGivenUp'],
    PROCESSING_TIMEOUT: ['a file is given up then', 'e2e/flows_test.go', 'TestAFileThatIsNeverProcessedIsGivenUp'],
    CONNECTION_POOL_SIZE: ["k6's limit of connections", 'e2e/flows_test.go', 'TestTheConnectionPoolIsAsLargeAsConfigured'],
    SUMMARY_FILE: ['the file is there', 'bats/results.bats', 'SUMMARY_FILE, JUNIT_FILE and REPORT_FILE get copies, wherever the script is called from'],
    JUNIT_FILE: ['the file is there', 'bats/results.bats', 'SUMMARY_FILE, JUNIT_FILE and REPORT_FILE get copies, wherever the script is called from'],
    REPORT_FILE: ['the file is there', 'bats/results.bats', 'SUMMARY_FILE, JUNIT_FILE and REPORT_FILE get copies, wherever the script is called from'],
    SAVE_TEST_RESULTS: ['no folder is left', 'bats/results.bats', 'SAVE_TEST_RESULTS=false leaves nothing behind, and the exit code is the same'],
    TEST_RESULTS_DIR: ['the folder is there', 'bats/results.bats', 'a relative TEST_RESULTS_DIR is in the repository, wherever the script is called from'],
    ROLLBACK_COMMAND: ['it runs', 'bats/rollback.bats', 'a run that fails runs it, with verdict, folder, code and type in its environment'],
    VERBOSE_LOGGING: ['more lines in the log', 'bats/run.bats', 'VERBOSE_LOGGING logs every failed turn, not only the first of each kind'],
    DEBUG_MODE: ['debug lines in the log', 'bats/logs.bats', "DEBUG_MODE shows k6's debug lines and what the shell tools do"],
    K6_LOG_LEVEL: ['other lines in the log', 'bats/logs.bats', 'K6_LOG_LEVEL leaves out what is below it'],
    K6_PROMETHEUS_RW_SERVER_URL: ['metrics are posted there', 'bats/results.bats', 'K6_PROMETHEUS_RW_SERVER_URL takes the metrics elsewhere than PROMETHEUS_URL'],
    PROMETHEUS_URL: ['that address is asked', 'e2e/variables_test.go', 'TestEveryAddressTokenAndHeaderReachesItsServer'],
    GRAFANA_URL: ['the address of the dashboard', 'bats/help.bats', 'dashboard-url follows GRAFANA_URL'],
    GRAFANA_USER: ['compose is told', 'bats/monitoring.bats', 'Grafana and Alertmanager are told what .env.test says, and the user of Grafana is printed'],
    GRAFANA_PASSWORD: ['the real Grafana wants it', 'monitoring/docker_test.go', 'testStack'],
    ALERT_WEBHOOK_URL: ['the real Alertmanager posts there', 'monitoring/docker_test.go', 'testStack'],
    SSH_HOST: ['SSH fails with its name', 'bats/ssh.bats', 'each way in which SSH can fail is one line with cause and remedy'],
    SSH_USER: ['that user is refused', 'bats/ssh.bats', 'each way in which SSH can fail is one line with cause and remedy'],
    SSH_KEY_PATH: ['that key is refused', 'bats/ssh.bats', 'each way in which SSH can fail is one line with cause and remedy'],
    SSH_PORT: ['nobody listens there', 'bats/ssh.bats', 'each way in which SSH can fail is one line with cause and remedy'],
    SSH_DIR: ['the suite is there', 'bats/ssh.bats', 'the binary is sent once'],
};

test('every variable of the table has a test that sees its effect', () => {
    assert.deepEqual(Object.keys(EFFECTS), VARIABLES.map(({ name }) => name));
});

for (const [name, [effect, file, title]] of Object.entries(EFFECTS)) {
    test(`${name}: ${effect}`, () => {
        const body = testText(file, title);
        assert.ok(body !== null, `there is no test "${title}" in tests/${file}`);
        assert.match(body, new RegExp(`(?<![A-Z0-9_])${name}(?![A-Z0-9_])`), `"${title}" does not set it`);
    });
}
