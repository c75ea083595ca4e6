// What the chat asks of a WebSocket library, in the words of each. A peer has: send(text), sendAsText(bytes) in a text
// frame, sendParts(buffers, afterFirst) as one fragmented text message, ping(), close(code, reason), onMessage(f), onPong(f),
// onClose(f).
import Faye from 'faye-websocket';
import websocket from 'websocket';
import { WebSocketServer } from 'ws';

function onWs(server, serve) {
    new WebSocketServer({ server }).on('connection', (socket) => {
        serve({
            send: (text) => socket.send(text),
            sendAsText: (bytes) => socket.send(bytes, { binary: false }),
            sendParts: ([first, ...rest], afterFirst) => {
                socket.send(first, { binary: false, fin: false });
                afterFirst();
                rest.forEach((part, i) => socket.send(part, { binary: false, fin: i === rest.length - 1 }));
            },
            ping: () => socket.ping(),
            close: (code, reason) => socket.close(code, reason),
            onMessage: (f) => socket.on('message', (data) => f(data.toString())),
            onPong: (f) => socket.on('pong', f),
            onClose: (f) => socket.on('close', f),
        });
    });
}

function onWebsocket(server, serve) {
    // Its own pings are off, for the chat counts pings.
    const listener = new websocket.server({ httpServer: server, autoAcceptConnections: false, keepalive: false });
    listener.on('request', (request) => {
        const connection = request.accept(null, request.origin);
        const frame = (opcode, bytes, fin) => {
            const out = new websocket.frame(Buffer.alloc(4), Buffer.alloc(10), listener.config);
            Object.assign(out, { opcode, fin, binaryPayload: bytes });
            connection.sendFrame(out);
        };
        serve({
            send: (text) => connection.sendUTF(text),
            sendAsText: (bytes) => frame(0x1, bytes, true),
            sendParts: ([first, ...rest], afterFirst) => {
                frame(0x1, first, false);
                afterFirst();
                rest.forEach((part, i) => frame(0x0, part, i === rest.length - 1));
            },
            ping: () => connection.ping(),
            close: (code, reason) => connection.close(code, reason),
            onMessage: (f) => connection.on('message', (message) => f(message.utf8Data)),
            onPong: (f) => connection.on('pong', f),
            onClose: (f) => connection.on('close', f),
        });
    });
}

/** It sends text only from strings, which it encodes itself, and never in fragments. */
function onFaye(server, serve) {
    server.on('upgrade', (request, socket, head) => {
        const faye = new Faye(request, socket, head);
        let pings = 0; // it tells pongs by their payload
        let pong;
        faye.on('open', () => serve({
            send: (text) => faye.send(text),
            ping: () => {
                pings += 1;
                faye.ping(`${pings}`, pong);
            },
            close: (code, reason) => faye.close(code, reason),
            onMessage: (f) => faye.on('message', ({ data }) => f(data)),
            onPong: (f) => { pong = f; },
            onClose: (f) => faye.on('close', ({ code }) => f(code)),
        }));
    });
}

export const LIBRARIES = { ws: onWs, websocket: onWebsocket, 'faye-websocket': onFaye };
