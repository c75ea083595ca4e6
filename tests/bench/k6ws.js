// The conversation written for stock k6/ws as its documentation shows it: handlers for the events of a socket, the turn's times
// taken in the handlers, custom metrics.
import { sleep } from 'k6';
import ws from 'k6/ws';

import { Turn, failed, turnOver } from './stock.js';
import { TURNS, beginning, over, pause } from './users.js';

export { handleSummary } from './stock.js';
export { options } from './users.js';

export default function () {
    sleep(beginning());
    ws.connect(`${__ENV.WS_URL}/api/chat`, {}, (socket) => {
        let turn;
        let asked = 0;
        const ask = () => {
            asked++;
            turn = new Turn();
            socket.send(turn.question());
        };
        const fail = (reason) => {
            failed(reason);
            socket.close();
        };
        socket.on('open', ask);
        socket.on('message', (text) => {
            const problem = turn.hear(text);
            if (problem) {
                fail(problem);
            } else if (turn.complete) {
                turnOver(turn);
                if (asked < TURNS && !over()) {
                    socket.setTimeout(ask, 1000 * pause());
                } else {
                    socket.close();
                }
            }
        });
        socket.on('error', (error) => fail(String(error)));
    });
}
