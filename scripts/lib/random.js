/**
 * Random numbers that can be repeated: Math.random() cannot be seeded, and two runs that shall be compared should have
 * the same users.
 */

/**
 * Mulberry32: 32 bits of state, good enough for pauses and choices.
 *
 * @param {number} seed
 * @returns {() => number} numbers from 0 to below 1
 */
export function seeded(seed) {
    let state = seed >>> 0;
    return () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let t = state;
        t = Math.imul(t ^ (t >>> 15), t | 1);
        t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
        return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
    };
}

/**
 * The random numbers of one user of a run: unlike those of its neighbours, like those of the same user in another run.
 *
 * @param {number} seed
 * @param {number} user
 */
export function seededFor(seed, user) {
    return seeded(Math.imul(seed, 0x9e3779b1) ^ Math.imul(user, 0x85ebca6b));
}
