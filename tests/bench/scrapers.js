// The habit of the first attempt at this suite: every user reads the metrics once a second. Users begin one after the other within
// one.
import { sleep } from 'k6';
import http from 'k6/http';

export const options = {
    discardResponseBodies: true,
    scenarios: { scrapers: { executor: 'constant-vus', vus: Number(__ENV.VUS), duration: `${__ENV.LOAD}s`, gracefulStop: '5s' } },
};

export default function () {
    if (__ITER === 0) sleep(Math.random());
    const begun = Date.now();
    http.get(__ENV.METRICS_URL, { timeout: '30s' });
    sleep(Math.max(0, 1 - (Date.now() - begun) / 1000));
}

export const handleSummary = () => ({});
