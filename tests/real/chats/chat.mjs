// A small chat on one WebSocket library: node chat.mjs ws|websocket|faye-websocket. It says in one JSON line where it
// listens; GET /truth is what it did. The same chat in Go is chat_test.go.
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

import { LIBRARIES } from './libraries.mjs';

const TOKENS = 5;
const TOKEN_EVERY = 20; // ms
const HEARTBEAT_EVERY = 50; // ms
const WORD = 'tök€n😀 ';
const LARGE = 'x'.repeat(200_000);

const truth = { connections: 0, open: 0, turns_started: 0, turns_completed: 0, tokens: 0, characters: 0, heartbeats: 0, pings: 0, pongs: 0 };

/** Talks with one client. */
function serve(peer) {
    let open = true;
    const send = (message) => peer.send(JSON.stringify({ ...message, timestamp: new Date().toISOString() }));
    const heartbeat = setInterval(() => {
        truth.heartbeats += 1;
        send({ type: 'heartbeat' });
    }, HEARTBEAT_EVERY);
    const stop = () => { // nothing may follow a close frame
        open = false;
        clearInterval(heartbeat);
    };
    const waiting = []; // for a pong
    const ping = () => {
        truth.pings += 1;
        return new Promise((resolve) => {
            waiting.push(resolve);
            peer.ping();
        });
    };
    peer.onPong(() => {
        truth.pongs += 1;
        waiting.shift()();
    });
    peer.onClose(() => {
        stop();
        truth.open -= 1;
    });
    peer.onMessage((text) => {
        const { content, messageId } = JSON.parse(text);
        truth.turns_started += 1;
        answer({ ...peer, send, ping, stop, isOpen: () => open }, content, messageId);
    });
    truth.connections += 1;
    truth.open += 1;
    send({ type: 'connection_established', sessionId: `s${truth.connections}` });
}

/** Streams the answer, in the way that the question names. */
async function answer(peer, content, messageId) {
    const event = (type, data) => ({ type: 'stream_event', event: { type, data, messageId } });
    let characters = 0;
    peer.send(event('start', ''));
    for (let n = 1; n <= TOKENS; n += 1) {
        await wait(TOKEN_EVERY);
        if (!peer.isOpen()) return;
        if (n === 3 && await interlude(peer, content, messageId)) return;
        const data = content === 'large' && n === 4 ? LARGE : WORD;
        truth.tokens += 1;
        characters += data.length;
        if (content === 'fragments') {
            const bytes = Buffer.from(JSON.stringify(event('token', data)));
            const cut = bytes.indexOf('€') + 1; // within a character
            peer.sendParts([bytes.subarray(0, cut), Buffer.alloc(0), bytes.subarray(cut)], peer.ping);
        } else {
            peer.send(event('token', data));
        }
    }
    truth.turns_completed += 1;
    truth.characters += characters;
    peer.send(event('complete', ''));
}

/** What happens in the middle of the answer; returns whether that was its end. */
async function interlude(peer, content, messageId) {
    switch (content) {
        case 'ping':
            await peer.ping();
            return false;
        case 'error':
            peer.send({ type: 'error', content: 'the model is out of memory', messageId });
            return true;
        case 'not UTF-8':
            peer.sendAsText(Buffer.from('{"type":"stream_event","event":{"type":"token","data":"\xc3("}}', 'latin1'));
            return true;
        case 'close':
            peer.stop();
            peer.close(4001, 'out of patience');
            return true;
        default:
            return false;
    }
}

const server = createServer((request, response) => {
    response.writeHead(request.url === '/truth' ? 200 : 404, { 'Content-Type': 'application/json' });
    response.end(JSON.stringify(truth));
});
LIBRARIES[process.argv[2]](server, serve);
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ listens: `127.0.0.1:${server.address().port}` })));
