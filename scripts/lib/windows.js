/**
 * How many windows of the loop may be provably below the limit. Pure.
 *
 * The objective allows 5 % of them. A run of 12 windows with a single one has 8 %, which is chance for a loop that is
 * below in 5 % of the time: so a run misses the objective only with so many windows that such a loop would show them in
 * less than 1 of 20 runs (binomial distribution).
 */

/** The share of windows that may be provably below the limit. */
export const BELOW = 0.05;

/** How often a loop that just meets the objective may be said to miss it. */
const MISTAKES = 0.05;

/**
 * The largest number of windows below the limit, of `n`, that says nothing against the loop.
 *
 * @param {number} n
 */
export function allowedBelow(n) {
    let most = 0;
    let logOfExactly = n * Math.log1p(-BELOW); // of P(B = 0); as a logarithm, for 24 hours have 86,400 windows
    let fewer = 0; // P(B < b)
    for (let b = 0; b <= n && 1 - fewer >= MISTAKES; b += 1) {
        most = b;
        fewer += Math.exp(logOfExactly);
        logOfExactly += Math.log((n - b) / (b + 1)) + Math.log(BELOW / (1 - BELOW));
    }
    return most;
}

/**
 * The share of windows that must not be below the limit, as a number that no share of `n` windows is equal to.
 *
 * @param {number} n windows of the whole run
 */
export function goodWindows(n) {
    return Number((1 - (allowedBelow(n) + 0.5) / Math.max(1, n)).toFixed(6));
}
