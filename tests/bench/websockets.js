// The conversation written for stock k6/websockets, the module with the WebSocket of browsers: the same as k6ws.js.
import { sleep } from 'k6';
import { WebSocket } from 'k6/websockets';

import { Turn, failed, turnOver } from './stock.js';
import { TURNS, beginning, over, pause } from './users.js';

export { handleSummary } from './stock.js';
export { options } from './users.js';

export default function () {
    sleep(beginning());
    const socket = new WebSocket(`${__ENV.WS_URL}/api/chat`);
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
    socket.onopen = ask;
    socket.onmessage = ({ data }) => {
        const problem = turn.hear(data);
        if (problem) {
            fail(problem);
        } else if (turn.complete) {
            turnOver(turn);
            if (asked < TURNS && !over()) {
                setTimeout(ask, 1000 * pause());
            } else {
                socket.close();
            }
        }
    };
    socket.onerror = ({ error }) => fail(String(error));
}
