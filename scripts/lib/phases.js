/**
 * The shape of the load over time: idle, ramp, steady, rampdown. Pure arithmetic; all times are milliseconds.
 */

/** The phases in the order of time. */
export const PHASES = /** @type {const} */ (['idle', 'ramp', 'steady', 'rampdown']);

/**
 * Steps of the ramp: after `time`, `share` of the users are there. The way down is a single step.
 */
const STEPS_UP = [
    { time: 30000, share: 0.25 },
    { time: 30000, share: 0.5 },
    { time: 60000, share: 1 },
];
const TIME_DOWN = 30000;

/**
 * @typedef {typeof PHASES[number]} PhaseName
 *
 * @typedef {object} Phase
 * @property {PhaseName} name
 * @property {number} from ms after the start
 * @property {number} to ms after the start; the next phase begins here
 * @property {number} users how many there are at its end
 *
 * @typedef {object} LoadShape
 * @property {number} idle ms before the first user
 * @property {{duration: string, target: number}[]} stages for k6's ramping-vus, which begins after `idle`
 * @property {number} down ms of the last stage, in which the users leave
 * @property {number} total ms from the start to the end of the last stage
 * @property {Phase[]} phases those that have a length
 * @property {(seconds: number) => PhaseName} phaseAt the phase at that time after the start
 */

/**
 * @param {object} load
 * @param {number} load.VUS
 * @param {number} load.DURATION ms with all users
 * @param {number} load.IDLE ms before the first user
 * @param {boolean} load.RAMP
 * @param {number} load.RAMP_SCALE factor on the length of every ramp
 * @returns {LoadShape}
 */
export function loadShape({ VUS, DURATION, IDLE, RAMP, RAMP_SCALE }) {
    const up = RAMP
        ? STEPS_UP.map(({ time, share }) => ({ time: Math.round(time * RAMP_SCALE), target: Math.ceil(VUS * share) }))
        : [{ time: 0, target: VUS }]; // a step of no length: all users at once
    const down = RAMP ? [{ time: Math.round(TIME_DOWN * RAMP_SCALE), target: 0 }] : [];
    const steps = [...up, { time: DURATION, target: VUS }, ...down];

    const lengths = { idle: IDLE, ramp: sum(up), steady: DURATION, rampdown: sum(down) };
    const users = { idle: 0, ramp: VUS, steady: VUS, rampdown: 0 };
    /** @type {Phase[]} */
    const phases = [];
    let at = 0;
    for (const name of PHASES) {
        if (lengths[name] > 0) phases.push({ name, from: at, to: at + lengths[name], users: users[name] });
        at += lengths[name];
    }

    return {
        idle: IDLE,
        stages: steps.map(({ time, target }) => ({ duration: `${time}ms`, target })),
        down: lengths.rampdown,
        total: at,
        phases,
        phaseAt: (seconds) => {
            const phase = phases.find(({ to }) => seconds * 1000 < to);
            return (phase ?? phases[phases.length - 1]).name; // what outlasts the last stage belongs to it
        },
    };
}

/** @param {{time: number}[]} steps */
function sum(steps) {
    return steps.reduce((total, { time }) => total + time, 0);
}
