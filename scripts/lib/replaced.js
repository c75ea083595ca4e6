/**
 * The default function of a script with scenarios: it runs only when they were replaced and setup() was left out.
 */

import exec from 'k6/execution';

import { REPLACED } from './replacement.js';

export function replaced() {
    exec.test.abort(REPLACED);
}
