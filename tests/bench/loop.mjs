// A loop as Node.js has it: node loop.mjs. One thread turns it every 10 ms and answers GET /metrics, so that each scrape takes time
// from it. The page is made anew for each, about 14 kB, as a client library does it. GET /truth is what the loop did since it was last asked.
import { createServer } from 'node:http';

const EVERY = 10; // ms
const PATHS = 200; // series of the page beside the loop

let ticks = 0;
let scrapes = 0;
let last = performance.now();
let longest = 0;

setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    ticks += 1;
}, EVERY);

const series = new Map(Array.from({ length: PATHS }, (_, n) => [`http_requests_total{method="GET",route="/api/route/${n}",code="200"}`, n]));

function page() {
    const lines = ['# TYPE consciousness_loop_iterations_total counter', `consciousness_loop_iterations_total ${ticks}`, '# TYPE http_requests_total counter'];
    for (const [name, value] of series) lines.push(`${name} ${value}`);
    return `${lines.join('\n')}\n`;
}

const server = createServer((request, response) => {
    if (request.url === '/truth') {
        response.end(JSON.stringify({ ticks, seconds: performance.now() / 1000, scrapes, longest_gap_ms: longest }));
        longest = 0;
        return;
    }
    scrapes += 1;
    response.setHeader('Content-Type', 'text/plain; version=0.0.4');
    response.end(page());
});
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ listens: `127.0.0.1:${server.address().port}` })));
