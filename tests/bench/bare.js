// The main job's conversation on our client alone, without the suite around it: what the suite costs is the difference.
import { sleep } from 'k6';
import { ChatClient } from 'k6/x/fwhz';

export const options = {
    scenarios: { chat: { executor: 'constant-vus', vus: Number(__ENV.VUS), duration: __ENV.DURATION, gracefulStop: '5s' } },
};

const TURNS = 3;
const thinkTime = () => 1 + Math.random() * 2;

const chat = new ChatClient(`${__ENV.WS_URL}/api/chat`);

export default function () {
    const session = chat.connect();
    if (!session.ok) {
        sleep(1);
        return;
    }
    for (let turn = 1; turn <= TURNS && session.ask('Hello', { userId: `user_${__VU}` }).ok; turn += 1) {
        if (turn < TURNS) session.think(thinkTime());
    }
    session.close();
}

export function handleSummary(data) {
    return { [__ENV.SUMMARY_FILE]: JSON.stringify({
        tokens: data.metrics.chat_tokens.values.count,
        failures: data.metrics.error_rate.values.rate,
    }) };
}
