import assert from 'node:assert/strict';
import { test } from 'node:test';

import { handshakeHeaders, subprotocols } from '../../scripts/lib/chat-handshake.js';
import { readConfig, shownConfig } from '../../scripts/lib/config.js';
import { READERS } from '../../scripts/lib/variables.js';

const read = (env) => readConfig(env, READERS.MAIN);
const headers = (env) => handshakeHeaders(read(env));

test('the handshake carries what the variables say, and nothing else', () => {
    assert.deepEqual(headers({}), {});
    assert.deepEqual(headers({ CHAT_ORIGIN: 'https://app.example:8443', AUTH_HEADER: 'Bearer a' }), { Authorization: 'Bearer a', Origin: 'https://app.example:8443' });
    assert.deepEqual(headers({ CHAT_HEADERS: 'Cookie: session=abc; lang=en|X-Tenant:  7 |X-Empty:' }), { Cookie: 'session=abc; lang=en', 'X-Tenant': '7', 'X-Empty': '' });
    assert.deepEqual(headers({ CHAT_HEADERS: 'Cookie: a=1\\|2\\|3|Referer: http://x/y' }), { Cookie: 'a=1|2|3', Referer: 'http://x/y' });
    assert.deepEqual(headers({ CHAT_HEADERS: 'authorization: Bearer chat', AUTH_HEADER: 'Bearer api' }), { authorization: 'Bearer chat' });
    assert.deepEqual([subprotocols(''), subprotocols('chat.v2, chat.v1')], [[], ['chat.v2', 'chat.v1']]);
});

for (const [value, says] of Object.entries({
    's3cret': 'header 1 is not Name: value',
    'Cookie: s3cret|s3cret': 'header 2 is not Name: value',
    'Cookie: s3cret|': 'header 2 is not Name: value',
    'A B: s3cret': 'header 1 is not Name: value',
    ': s3cret': 'header 1 is not Name: value',
    'Cookie: s3cret\u0007': 'the value of Cookie holds a character that no header can carry',
    'X: s3cret\u00e9': 'the value of X holds a character',
    'Upgrade: s3cret': 'the WebSocket handshake sets Upgrade itself',
    'sec-websocket-key: s3cret': 'the WebSocket handshake sets sec-websocket-key itself',
    'Sec-WebSocket-Protocol: s3cret': 'sets Sec-WebSocket-Protocol itself: set CHAT_SUBPROTOCOLS',
    'Cookie: s3cret|cookie: s3cret': 'cookie is there twice',
})) {
    test(`a wrong CHAT_HEADERS is refused in one line without its value: ${says}`, () => {
        assert.throws(() => read({ CHAT_HEADERS: value }), (error) => error.message.startsWith('CHAT_HEADERS=(hidden) is not allowed: ') &&
            error.message.includes(says) && !error.message.includes('s3cret') && !error.message.includes('\n'));
    });
}

test('an origin is what a browser sends, and stands once', () => {
    for (const right of ['null', 'http://localhost:3000', 'https://[::1]:3000', 'capacitor://localhost']) assert.equal(read({ CHAT_ORIGIN: right }).CHAT_ORIGIN, right);
    for (const wrong of ['app.example', 'https://app.example/', 'https://app.example/chat', 'https://', 'https://a b', 'https://u:s3cret@app.example', 'https://a?s3cret']) {
        assert.throws(() => read({ CHAT_ORIGIN: wrong }), (error) => /^CHAT_ORIGIN=.*such as https:\/\/app\.example, without a path$/.test(error.message) && !error.message.includes('s3cret'), wrong);
    }
    assert.throws(() => read({ CHAT_ORIGIN: 'https://a.example', CHAT_HEADERS: 'origin: https://b.example' }), /Origin is set by CHAT_ORIGIN, too/);
    assert.equal(headers({ CHAT_HEADERS: 'Origin: anything' }).Origin, 'anything');
});

test('subprotocols are names, each once', () => {
    for (const wrong of ['a,,b', 'a b', 'a,a', ',', 'a;b']) assert.throws(() => read({ CHAT_SUBPROTOCOLS: wrong }), /^Error: CHAT_SUBPROTOCOLS="/, wrong);
});

test('what is secret of the handshake is not shown', () => {
    const shown = shownConfig(read({ CHAT_HEADERS: 'Cookie: s3cret', CHAT_ORIGIN: 'https://a.example' }), READERS.MAIN);
    assert.deepEqual([shown.CHAT_HEADERS, shown.CHAT_ORIGIN], ['(hidden)', 'https://a.example']);
});
