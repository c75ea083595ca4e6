// The conversation on our client alone, without the suite around it: what the suite costs is the difference to the main job.
import { sleep } from 'k6';
import { ChatClient } from 'k6/x/fwhz';

import { TURNS, beginning, over, pause, summary } from './users.js';

export { options } from './users.js';

const chat = new ChatClient(`${__ENV.WS_URL}/api/chat`, { connectTimeout: '60s', responseTimeout: `${__ENV.GRACE}s` });

export default function () {
    sleep(beginning());
    const session = chat.connect();
    if (!session.ok) {
        sleep(1);
        return;
    }
    for (let turn = 1; session.ask('Hello', { userId: `user_${__VU}` }).ok && turn < TURNS && !over(); turn += 1) {
        session.think(pause());
    }
    session.close();
}

export const handleSummary = ({ metrics }) => summary(metrics.chat_tokens, metrics.error_rate);
