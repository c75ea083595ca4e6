// Users who ask without pause, on our client: the load under which a frequency is measured (tests/e2e).
import { ChatClient } from 'k6/x/fwhz';

export const options = {
    scenarios: { chat: { executor: 'constant-vus', vus: Number(__ENV.VUS), duration: __ENV.DURATION, gracefulStop: '5s' } },
};

const chat = new ChatClient(`${__ENV.WS_URL}/api/chat`, { connectTimeout: '30s', responseTimeout: '60s' });

export default function () {
    const session = chat.connect();
    while (session.open) {
        session.ask('Hello', { userId: `user_${__VU}` });
    }
}

export function handleSummary(data) {
    return { [__ENV.SUMMARY_FILE]: JSON.stringify({
        tokens: data.metrics.chat_tokens.values.count,
        failures: data.metrics.error_rate.values.rate,
    }) };
}
