// The users of users.js on stock k6/ws, written as its documentation shows it. Each takes the turn's times in the handlers, with
// Date.now(), which is what such a script has.
import { sleep } from 'k6';
import ws from 'k6/ws';

import { Turn, left, mayAsk, start, tellAll, together, over } from './stock.js';

export { handleSummary, options } from './stock.js';

export default function () {
    const turns = [];
    sleep(start());
    const dialled = Date.now();
    ws.connect(`${__ENV.WS_URL}/api/chat`, {}, (socket) => {
        let connect = 0;
        let turn;
        const ask = () => {
            turn = new Turn(turns.length, connect);
            turns.push(turn);
            socket.send(turn.question());
        };
        socket.on('open', () => {
            connect = Date.now() - dialled;
            socket.setTimeout(ask, 1000 * left(together) + 1); // k6/ws takes no timeout of 0
        });
        socket.on('message', (text) => {
            if (!turn.hear(text)) return;
            if (mayAsk()) socket.setTimeout(ask, 200 + 600 * Math.random());
            else socket.setTimeout(() => socket.close(), 1000 * left(over) + 1);
        });
        socket.on('error', (error) => {
            if (turn) turn.error = error.error();
        });
    });
    tellAll(turns);
}
