/**
 * Writes .env.test.example from the table of variables: node tests/js/env-example.js FILE
 */

import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

import { KINDS } from '../../scripts/lib/kinds.js';
import { GROUPS } from '../../scripts/lib/variables.js';

const HEAD = `# Every variable of the suite with its default. Copy this file to .env.test and change what you need.
# A variable that is left out or empty has its default. Written by "npm run env-example" from scripts/lib/variables.js.
`;

export function renderEnvExample() {
    const groups = GROUPS.map(({ title, variables }) => `\n# ---- ${title} ----\n${variables.map(entry).join('')}`);
    return HEAD + groups.join('');
}

function entry(variable) {
    const unit = 'unit' in variable ? ` (${variable.unit})` : '';
    return `
# ${variable.meaning}
#   ${KINDS[variable.kind].allowed(variable)}${unit}; read by ${variable.readers.join(', ')}
${variable.name}=${variable.default}
`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
    if (!process.argv[2]) throw new Error('a file name is missing: node tests/js/env-example.js .env.test.example');
    writeFileSync(process.argv[2], renderEnvExample());
}
