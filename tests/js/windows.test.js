import assert from 'node:assert/strict';
import { test } from 'node:test';

import { seeded } from '../../scripts/lib/random.js';
import { allowedBelow, goodWindows } from '../../scripts/lib/windows.js';

test('the number of windows that may be below is that of the binomial distribution', () => {
    // P(B >= b) with p = 0.05, from tables: n = 12: 0.4596 for 1, 0.1184 for 2, 0.0196 for 3.
    assert.deepEqual([0, 1, 12, 20, 100].map(allowedBelow), [0, 1, 2, 3, 9]);
});

test('a day of windows is no more than arithmetic', () => {
    const day = allowedBelow(86400); // mean 4320, deviation 64.06: 1.645 of them above
    assert.ok(day >= 4320 + 1.6 * 64 && day <= 4320 + 1.7 * 64, `${day}`);
});

test('a loop that just meets the objective is said to miss it in less than 1 of 20 runs, one that is far below in most', () => {
    const random = seeded(3);
    const missed = (share, n) => {
        let runs = 0;
        for (let run = 0; run < 2000; run += 1) {
            let below = 0;
            for (let i = 0; i < n; i += 1) if (random() < share) below += 1;
            if (below > allowedBelow(n)) runs += 1;
        }
        return runs / 2000;
    };
    for (const n of [12, 60, 460]) assert.ok(missed(0.05, n) < 0.065, `${n} windows: ${missed(0.05, n)}`);
    assert.ok(missed(0.25, 60) > 0.99);
});

test('the threshold of k6 lies between two numbers of windows', () => {
    for (const n of [1, 12, 85, 460, 86400]) {
        const most = allowedBelow(n);
        assert.ok(1 - most / n > goodWindows(n) && 1 - (most + 1) / n < goodWindows(n), `${n}`);
    }
});
