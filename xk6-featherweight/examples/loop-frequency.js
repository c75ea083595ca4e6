/**
 * Watches the frequency of a server's loop for ten seconds, window by window.
 *
 *   k6 run examples/loop-frequency.js
 *   k6 run -e METRICS_URL=http://localhost:9100/metrics -e HZ_COUNTER=ticks_total examples/loop-frequency.js
 */

import { check } from 'k6';
import { HzSampler } from 'k6/x/fwhz';

const loop = new HzSampler({
    url: __ENV.METRICS_URL || 'http://localhost:4000/metrics',
    counter: __ENV.HZ_COUNTER || 'consciousness_loop_iterations_total',
    interval: '100ms',
    window: '1s',
});

export const options = {
    vus: 1, // one sampler is enough: more readings would disturb the loop that they measure
    iterations: 10, // one iteration is one window
    thresholds: {
        loop_hz: ['avg>95'],
        hz_scrapes: ['count>0'], // k6 lets an empty metric pass many a threshold; a guard beside each does not
    },
};

export default function () {
    const w = loop.next();
    if (w.hz === null || w.low === null || w.high === null) {
        console.warn(`no reading: ${w.error?.message}`);
    } else {
        console.log(`${w.hz.toFixed(2)} Hz, surely between ${w.low.toFixed(2)} and ${w.high.toFixed(2)} (source ${w.source})`);
    }
    check(w, { 'loop not below 95 Hz': (x) => x.high !== null && x.high > 95 }, { type: 'hz' });
}
