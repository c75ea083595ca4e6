// What the users of all scripts here do, and when: each begins in its turn within SPREAD, connects, asks TURNS questions with
// pauses between them, connects again. Nobody begins anything after LOAD; what was begun is brought to its end.
import exec from 'k6/execution';

const number = (name) => Number(__ENV[name]);
const [pauseMin, pauseMax] = [number('PAUSE_MIN'), number('PAUSE_MAX')];

export const TURNS = number('TURNS');

export const options = {
    scenarios: { chat: {
        executor: 'constant-vus', vus: number('VUS'), duration: `${number('LOAD')}s`, gracefulStop: `${number('GRACE')}s`,
    } },
};

/** Seconds until a user begins; those who did already begin at once. */
export const beginning = () => (__ITER === 0 ? (number('SPREAD') * (__VU - 1)) / number('VUS') : 0);

/** Seconds. */
export const pause = () => pauseMin + Math.random() * (pauseMax - pauseMin);

export const over = () => Date.now() - exec.scenario.startTime >= 1000 * number('LOAD');

/** What a client tells of itself: tokens, and the share of turns that failed. */
export const summary = (tokens, failures) => ({ [__ENV.SUMMARY_FILE]: JSON.stringify({
    tokens: tokens ? tokens.values.count : 0, failures: failures ? failures.values.rate : 0,
}) });
