// A load test of your own with everything of the suite: variables and .env.test, load, objectives, verdict and results.
//
//   VUS=50 DURATION=2m HTML_FILE=report.html k6 run own-suite.js
import { check } from 'k6';
import { ChatClient, Suite } from 'k6/x/fwhz';

const suite = new Suite('own-suite');
const chat = new ChatClient(suite.chat);

export const options = suite.options;
export const setup = () => suite.admit();
export const hz = () => suite.observe();
export const teardown = () => suite.conclude();
export const handleSummary = (/** @type {object} */ data) => suite.summary(data);
export default suite.replaced;

export const user = suite.guard(() => {
    suite.tagPhase();
    const session = chat.connect();
    const reply = session.ask('What is the weather like?', { userId: `user_${suite.user}` });
    check(reply, { 'stream completed': (r) => r.ok || r.interrupted });
    session.think(Math.min(1, suite.left()));
    session.close();
});
