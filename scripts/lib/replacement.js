/**
 * What is said of options that replace those of a script.
 */

/** Why a load that was replaced is not run. */
export const REPLACED = 'the load of this script was replaced by --vus, --duration, --iterations or --stage on the command line, by ' +
    'K6_VUS, K6_DURATION or another K6_ variable, or by a k6 configuration file: leave them out and set VUS= and ' +
    'DURATION= instead, as in "VUS=500 DURATION=3m k6 run ..."';
