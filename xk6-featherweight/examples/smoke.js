/**
 * Does the module load, refuse bad options and report a server that is not there? Needs no server.
 *
 *   k6 run examples/smoke.js
 */

import { check } from 'k6';
import fwhz, { ChatClient, HzSampler } from 'k6/x/fwhz';

const NOBODY = '127.0.0.1:1'; // no service listens on port 1

export const options = {
    vus: 1,
    iterations: 1,
    thresholds: { checks: ['rate>=1'], iterations: ['count>0'] },
};

/**
 * The message of what a function throws; empty if it throws nothing.
 *
 * @param {() => unknown} make
 */
function complaint(make) {
    try {
        make();
        return '';
    } catch (error) {
        return error instanceof Error ? error.message : `${error}`;
    }
}

const loop = new HzSampler({ url: `http://${NOBODY}/metrics` });
const chat = new ChatClient(`ws://${NOBODY}/api/chat`, { connectTimeout: '2s' });

export default function () {
    check(fwhz, {
        'the default export has both classes': (m) =>
            typeof new m.HzSampler({ url: 'http://x' }).next === 'function' && typeof new m.ChatClient('ws://x').connect === 'function',
    });
    check(complaint(() => new HzSampler({ url: `http://${NOBODY}`, interval: '1ms' })),
        { 'an option that is not allowed is named': (message) => message.includes('interval') && message.includes('1ms') });
    check(complaint(() => new ChatClient('http://x')), { 'a URL that is no WebSocket URL is refused': (message) => message !== '' });
    check(loop.probe(), { 'a reading from nobody is refused': (p) => !p.ok && p.error?.code === 'refused' });
    const session = chat.connect();
    check(session, { 'a connection to nobody is not opened': (s) => !s.ok && s.error?.code === 'dial' });
    check(session.ask('Hello'), { 'a question to nobody is not answered': (r) => !r.ok && r.error?.code === 'dial' });
}
