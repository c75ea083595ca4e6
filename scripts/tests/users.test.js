import assert from 'node:assert/strict';
import { test } from 'node:test';

import { account, AT_ONCE, conversationOf, tokensIn } from '../lib/accounts.js';

test('few accounts are made at the same time', () => {
    assert.ok(AT_ONCE * 64 <= 256, 'MiB of argon2id at the same time');
});

test('accounts obey the rules of the server and are the same in every run with the same seed', () => {
    const one = account(1, 17);
    assert.deepEqual(account(1, 17), one);
    assert.notEqual(account(2, 17).email, one.email);
    assert.match(one.username, /^\w{3,50}$/);
    for (const rule of [/.{8}/, /[A-Z]/, /[a-z]/, /\d/, /[@$!%*?&]/]) assert.match(one.password, rule);
});

test('tokens are renewed before they expire', () => {
    const tokens = (answer) => tokensIn(answer, 'a@b', 1000);
    assert.deepEqual(tokens({ token: 'x', refresh_token: 'y', expires_in: 900 }), { email: 'a@b', access: 'x', refresh: 'y', renewAt: 841000 });
    assert.deepEqual(tokens({ token: 'x', expires_in: 10 }), { email: 'a@b', access: 'x', refresh: '', renewAt: 6000 });
    assert.equal(tokens({ token: 'x' }).renewAt, 841000);
    for (const none of [undefined, null, {}, { token: '' }, { token: 1 }, { success: true, redirect_url: 'http://login' }]) assert.equal(tokens(none), null);
});

test('a conversation is left when it is full', () => {
    let next = 0;
    const newId = () => `c${next += 1}`;
    let at = { id: '', messages: 0 };
    const ids = Array.from({ length: 7 }, () => (at = conversationOf(at, 3, newId)).id);
    assert.deepEqual(ids, ['c1', 'c1', 'c1', 'c2', 'c2', 'c2', 'c3']);
});
