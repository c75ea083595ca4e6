/**
 * The observer of the loop, the same one in every load test: one iteration of its scenario is one window.
 */

import { check } from 'k6';
import exec from 'k6/execution';
import { Gauge, Trend } from 'k6/metrics';
import { HzSampler } from 'k6/x/fwhz';

import { CHECKS } from './checks.js';
import { loopOptions } from './clients.js';
import { HZ_WINDOW } from './config.js';

/** @import { Config } from './config.js' */
/** @import { LoadShape } from './phases.js' */

export class Observer {
    /**
     * In the init context.
     *
     * @param {Config} config
     * @param {LoadShape} shape
     */
    constructor(config, shape) {
        this.sampler = new HzSampler(loopOptions(config));
        this.limit = config.HZ_AVERAGE_THRESHOLD;
        this.shape = shape;
        // For the eye alone: a chart draws loop_hz between these only if they are of its kind, a Trend.
        this.drawn = { low: new Trend('loop_window_low'), high: new Trend('loop_window_high'), limit: new Trend('loop_hz_limit') };
        // The readings that the average of a phase stands on: who knows when they were given out can check it.
        this.stands = { from: new Gauge('loop_counter_from'), to: new Gauge('loop_counter_to') };
    }

    /** One reading, for setup(). */
    probe() {
        return this.sampler.probe();
    }

    /** One window. */
    watch() {
        const middle = exec.scenario.progress * this.shape.total + HZ_WINDOW / 2;
        exec.vu.metrics.tags.phase = this.shape.phaseAt(middle / 1000);
        const seen = this.sampler.next();
        if (seen.error?.code === 'interrupted') return;
        if (seen.error?.code === 'held') return; // the window that ends when the page moves again speaks for this one, too
        for (let n = 0; n < seen.speaksFor; n += 1) {
            check(seen, { [CHECKS.loop(this.limit)]: (w) => w.high !== null && w.high > this.limit },
                { type: 'hz', reading: seen.hz === null ? 'none' : 'ok' });
        }
        if (seen.hz !== null && seen.average?.counter) { // together with the bound, which has a value only then
            this.stands.from.add(seen.average.counter[0]);
            this.stands.to.add(seen.average.counter[1]);
        }
        if (seen.low === null || seen.high === null) return; // the lines of a chart begin together, see docs/decisions/0007
        this.drawn.low.add(seen.low);
        this.drawn.high.add(seen.high);
        this.drawn.limit.add(this.limit);
    }
}
