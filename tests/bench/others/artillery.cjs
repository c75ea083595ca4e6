// What a user of Artillery does on the connection that its ws engine has opened: questions with pauses between them, the turn's
// times into Artillery's own metrics.
const number = (name) => Number(process.env[name]);
const pause = () => 1000 * (number('PAUSE_MIN') + Math.random() * (number('PAUSE_MAX') - number('PAUSE_MIN')));
const begun = Date.now();
const over = () => Date.now() - begun >= 1000 * number('LOAD');

let users = 0;

module.exports = {
    converse(context, events, done) {
        const user = users++;
        let sequence = 0;
        let turn;
        const ask = () => {
            turn = { id: `artillery-${process.pid}-${user}-${sequence++}`, sent: Date.now(), first: 0, last: 0, gap: 0, tokens: 0 };
            context.ws.send(JSON.stringify({
                type: 'user_message', content: 'Hello', messageId: turn.id, userId: `user_${user}`, timestamp: new Date().toISOString(),
            }));
        };
        context.ws.onmessage = ({ data }) => {
            const { event } = JSON.parse(data);
            if (!event || event.messageId !== turn.id) {
                events.emit('error', 'protocol');
                return;
            }
            const now = Date.now();
            if (event.type === 'token') {
                if (turn.tokens === 0) turn.first = now;
                else turn.gap = Math.max(turn.gap, now - turn.last);
                turn.tokens++;
                turn.last = now;
            } else if (event.type === 'complete') {
                events.emit('histogram', 'response', now - turn.sent);
                events.emit('histogram', 'ttft', turn.first - turn.sent);
                events.emit('histogram', 'itl', (turn.last - turn.first) / (turn.tokens - 1));
                events.emit('histogram', 'longest_gap', turn.gap);
                if (over()) done();
                else setTimeout(ask, pause());
            }
        };
        ask();
    },
};
