/**
 * What teardown() of every load test does when the last user is gone: it makes samples of what only the whole run shows,
 * so that the thresholds of k6 know it and its exit code is that of the verdict.
 */

import { Counter, Gauge } from 'k6/metrics';
import { evidence } from 'k6/x/fwhz';

import { proofs, recorded } from './proof.js';

/** @import { Config } from './config.js' */
/** @import { Recorded } from './proof.js' */

/**
 * In the init context: makes teardown() of a script.
 *
 * @param {Config} config
 * @param {Recorded[]} [more] the objectives that only this script has
 */
export function concluder(config, more = []) {
    const missed = new Counter('slo_missed');
    const undecided = new Counter('slo_undecided');
    const silence = new Gauge('chat_silence');
    return () => {
        for (const { slo, outcome } of proofs([...recorded(config), ...more], evidence, config.EVIDENCE === 'require')) {
            if (outcome === 'missed') missed.add(1, { slo });
            if (outcome === 'undecided') undecided.add(1, { slo });
        }
        silence.add(evidence.silence().failed);
    };
}
