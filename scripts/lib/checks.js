/**
 * The names of the checks, which users and observer make and the summary counts.
 */

export const CHECKS = {
    connected: 'connection opened',
    streamed: 'stream completed',
    /** @param {number} limit */
    loop: (limit) => `loop not provably below ${limit} Hz`,
};
