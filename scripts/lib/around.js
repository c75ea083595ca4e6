/**
 * What is done around the load: options, setup(), teardown() and handleSummary(). k6 does all of it in VU 0, so that is the
 * only one that needs this code; scripts load it with require(), for a thousand users would hold it a thousand times.
 */

import { evidence } from 'k6/x/fwhz';

import { admit } from './admission.js';
import { concluder } from './conclusion.js';
import { loadOptions } from './load-options.js';
import { LOOKS } from './looks.js';
import { NOTHING_MORE, summariser } from './summary.js';

/** @import { ChatClient } from 'k6/x/fwhz' */
/** @import { Config } from './config.js' */
/** @import { Observer } from './observer.js' */
/** @import { LoadShape } from './phases.js' */
/** @import { More } from './summary.js' */
/** @import { SetupData } from './verdict.js' */

/**
 * For a script to export; nothing of it in a user.
 *
 * @typedef {Partial<ReturnType<typeof around>>} Around
 */

/**
 * In the init context of VU 0.
 *
 * @param {object} script
 * @param {string} script.name its file name, one of READERS
 * @param {Config} script.config
 * @param {LoadShape} script.shape
 * @param {Observer} script.observer
 * @param {ChatClient} script.client
 * @param {string} script.users the scenario of the users
 * @param {string} script.user the function that one runs
 * @param {number} [script.wait] ms of the longest wait that only this script has
 * @param {number} [script.setupTime] ms that setup() may take beyond its looks at the chat
 * @param {More} [script.more] what the script adds to chat and loop
 * @param {() => string} [script.further] what setup() looks at besides; what it returns is why no load can be started
 * @returns {{options: any, setup: () => SetupData, teardown: () => void, handleSummary: (data: any) => Record<string, string>}}
 */
export function around({ name, config, shape, observer, client, users, user, wait, setupTime = 30000, more = NOTHING_MORE, further }) {
    const load = loadOptions(config, shape, users, user, wait);
    const planned = { ...load, thresholds: { ...load.thresholds, ...more.objectives } };
    return {
        // k6 puts the options in force into the exported object, so what was planned is kept beside it.
        options: { ...planned, setupTimeout: `${LOOKS * config.CONNECT_TIMEOUT + setupTime}ms` },
        setup: () => admit(config, observer, client, planned, further),
        teardown: concluder(config, more.recorded),
        handleSummary: summariser(config, shape, name, evidence, more),
    };
}
