// The users of users.js on stock k6/websockets, the WebSocket of browsers. Each takes the turn's times in the handlers, with
// Date.now(), which is what such a script has.
import { sleep } from 'k6';
import { WebSocket } from 'k6/websockets';

import { Turn, left, mayAsk, start, tellAll, together, over } from './stock.js';

export { handleSummary, options } from './stock.js';

export default function () {
    const turns = [];
    sleep(start());
    const dialled = Date.now();
    const socket = new WebSocket(`${__ENV.WS_URL}/api/chat`);
    let connect = 0;
    let turn;
    const ask = () => {
        turn = new Turn(turns.length, connect);
        turns.push(turn);
        socket.send(turn.question());
    };
    socket.onopen = () => {
        connect = Date.now() - dialled;
        setTimeout(ask, 1000 * left(together));
    };
    socket.onmessage = ({ data }) => {
        if (!turn.hear(data)) return;
        if (mayAsk()) setTimeout(ask, 200 + 600 * Math.random());
        else setTimeout(() => socket.close(), 1000 * left(over));
    };
    socket.onerror = ({ error }) => {
        if (turn) turn.error = String(error);
    };
    socket.onclose = () => tellAll(turns);
}
