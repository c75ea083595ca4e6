import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { testText } from './lib/named-tests.js';

/** The headings of the original specification: each chapter with the sections and the numbered steps below it. */
const ORIGINAL = {
    'Quick Start': ['Quick Start'],
    'Test Scenarios': ['Primary Test: WebSocket Streaming Load Test', 'Additional Tests'],
    'Step-by-Step Usage Instructions': [
        'Prerequisites Setup', 'Install Required Tools', 'Prepare Environment Configuration', 'Validate Setup', 'Running Tests',
        'Option 1: Using the SLO Testing Script', 'Start Monitoring Infrastructure', 'Run Your Chosen Test', 'Monitor Results',
        'Stop Monitoring When Done', 'Option 2: Using Docker Compose', 'Start Monitoring Stack', 'Run Tests', 'Stop Services',
        'Option 3: Direct Docker Usage', 'Build the Image', 'Option 4: Using Makefile', 'Post-Test Analysis', 'Review Test Results',
        'Analyze Monitoring Data', 'Generate Reports'],
    Configuration: ['Environment Variables', 'Test Types'],
    'Docker Usage': ['Build the Docker Image', 'Run Default WebSocket Streaming Test', 'Run Health Check', 'Run with Custom Parameters',
        'Docker Compose Profiles'],
    'Monitoring & Dashboards': ['Grafana Dashboard', 'Prometheus Metrics', 'SLO Monitoring', 'Alerting'],
    'Rollback Semantics': [
        'Automated Rollback Triggers', 'Test Failure Rollback', 'Service Health Rollback', 'Manual Rollback Procedures',
        'Stop All Services', 'Clean Up Resources', 'Reset Configuration', 'Rollback Verification'],
    Troubleshooting: [
        'Common Issues and Solutions', '1. Connection Refused Errors', '2. WebSocket Connection Failures', '3. Hz Metric Not Found',
        '4. Docker Network Issues', '5. Resource Exhaustion', '6. Permission Denied', 'Debug Mode', 'Health Check Debugging'],
    'SSH Disconnection Recovery': [
        'Preventing SSH Disconnections', 'Configure SSH Keep-Alive', 'Use Screen or Tmux', 'Use Tmux (Alternative)',
        'SSH Disconnection Recovery Procedures', 'If Disconnected During Test Run', 'Reconnect and Check Status',
        'Reattach to Running Session', 'Recovery Actions', 'Recovery Checklist', 'Automated Recovery Scripts'],
    'Performance Benchmarks': [
        'Test Requirements Met', 'Scenario Requirements', 'Threshold Requirements', 'Docker Requirements', 'Success Criteria',
        'Performance Targets', 'Expected Test Output'],
    'Sample Files': ['.env.test.example', 'Grafana Dashboard'],
    'Additional Resources': ['Useful Commands', 'Configuration Files', 'Scripts'],
};

const root = new URL('../../', import.meta.url);
const text = (file) => readFileSync(new URL(file, root), 'utf8');
const map = text('docs/seed-map.md');

/** The rows of the map: chapter, section, what is said, and the tests as [file, name]. */
const rows = map.split(/^## /m).slice(1).flatMap((chapter) => {
    const [title, ...lines] = chapter.split('\n');
    return lines.filter((line) => /^\| (?!section)/.test(line)).map((line) => {
        const cells = line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
        const tests = cells[2].split('<br>').map((cell) => (/^`([^`]+)`: (.+)$/.exec(cell) ?? [cell, '', '']).slice(1));
        return { chapter: title, section: cells[0], here: cells[1], tests };
    });
});

test('the map has every heading of the specification, in its order, and no other', () => {
    const wanted = Object.entries(ORIGINAL).flatMap(([chapter, sections]) => sections.map((section) => `${chapter} > ${section}`));
    assert.deepEqual(rows.map(({ chapter, section }) => `${chapter} > ${section}`), wanted);
});

for (const { chapter, section, here, tests } of rows) {
    test(`${chapter} > ${section}: says what to do, and the tests that it names are there`, () => {
        assert.notEqual(here, '');
        assert.ok(tests.length > 0);
        for (const [file, name] of tests) {
            assert.notEqual(testText(file, name), null, `there is no test "${name}" in tests/${file}`);
        }
    });
}

test('every command that the map names is one', () => {
    const frontDoor = text('run-slo-testing.sh');
    const makefile = text('Makefile');
    const commands = [...map.matchAll(/\.\/run-slo-testing\.sh ([a-z-]+)/g)].map(([, command]) => command);
    const targets = [...map.matchAll(/`make ([a-z-]+)`/g)].map(([, target]) => target);
    assert.ok(commands.length > 20 && targets.length > 5);
    for (const command of commands) assert.match(frontDoor, new RegExp(`^\\t(?:[^)]*\\| )?${command}(?: \\|[^)]*)?\\)`, 'm'));
    for (const target of targets) assert.match(makefile, new RegExp(`^${target}:`, 'm'));
    for (const [, file] of map.matchAll(/`\.\/([a-z-]+\.sh)/g)) text(file);
});
