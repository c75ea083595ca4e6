import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { REASONS } from '../../scripts/lib/thresholds.js';

const layout = JSON.parse(readFileSync(new URL('../../dashboards/k6-web-dashboard.json', import.meta.url), 'utf8'));
const sections = layout.tabs.flatMap((tab) => tab.sections);
const panels = sections.flatMap((section) => section.panels);
const charts = panels.filter(({ kind }) => kind === 'chart');
const metricOf = ({ query }) => /^[a-z_]*/.exec(query)[0];

/** Metrics whose samples are made together, window by window. */
const TOGETHER = ['loop_hz', 'loop_window_low', 'loop_window_high', 'loop_hz_limit'];

test('a section has one chart, and its lines begin together: else the live page goes blank, see docs/decisions/0007', () => {
    for (const { id, panels: inside } of sections) assert.ok(inside.filter(({ kind }) => kind === 'chart').length <= 1, id);
    for (const { title, series } of charts) {
        const metrics = series.map(metricOf);
        if (metrics.length > 1) assert.deepEqual(metrics.filter((metric) => !TOGETHER.includes(metric)), [], title);
    }
});

test('every metric that the layout draws is one that extension, scripts or k6 emit', () => {
    const sources = ['../../xk6-featherweight/fwhz/metrics.go', '../../scripts/lib/observer.js'];
    const emitted = sources.flatMap((file) => [...readFileSync(new URL(file, import.meta.url), 'utf8').matchAll(/["']([a-z_]+)["']/g)].map(([, name]) => name));
    const ofK6 = ['vus', 'checks', 'data_received', 'ws_session_duration'];
    for (const metric of panels.flatMap(({ series }) => series.map(metricOf)).filter((name) => name !== '')) {
        assert.ok([...emitted, ...ofK6].includes(metric), metric);
    }
});

test('there is a chart for each reason of failure', () => {
    const drawn = charts.flatMap(({ series }) => series.map(({ query }) => /^chat_failures\[\?tags\.reason == '(.*)'/.exec(query)?.[1])).filter(Boolean);
    assert.deepEqual(drawn, REASONS);
});

test('what the specification asks of the page is there', () => {
    const titles = panels.map(({ title }) => title);
    for (const title of ['SLO overview', 'Loop frequency, turns a second', 'Users', 'Time to first token', 'Response time', 'Tokens a second', 'Failed turns, share']) {
        assert.ok([...titles, ...sections.map((s) => s.title)].includes(title), title);
    }
    const loop = charts.find(({ title }) => title.startsWith('Loop frequency'));
    assert.deepEqual(loop.series.map(({ legend }) => legend), ['measured', 'not below', 'not above', 'limit']);
});

test('every panel says what it shows, and no id is there twice', () => {
    for (const { title, kind, summary } of panels) assert.ok(kind === 'summary' || summary.length > 10, title);
    const ids = [...layout.tabs, ...sections, ...panels].map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
});
