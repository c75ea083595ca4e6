/**
 * Can this dashboard be drawn? `k6 inspect` runs it for validate-slo-setup.sh, with the file in JSON_FILE and who draws
 * it in JSON_KIND, grafana or k6: it throws what is wrong, as one line.
 */

/** @param {any} board */
function grafana(board) {
  if (board.dashboard) return 'the dashboard is wrapped in {"dashboard": ...}, which only the API understands: take the inner part';
  if (!board.title || !board.uid) return 'a provisioned dashboard needs a title and a uid';
  if (!board.schemaVersion) return 'schemaVersion is missing';
  const panels = (board.panels ?? []).flatMap((/** @type {any} */ panel) => [panel, ...(panel.panels ?? [])]);
  if (panels.length === 0) return 'it has no panel';
  const ids = panels.map((/** @type {any} */ panel) => panel.id);
  if (new Set(ids).size !== ids.length) return 'two panels have the same id';
  for (const panel of panels) {
    if (['row', 'text'].includes(panel.type)) continue;
    if (!panel.title) return `panel ${panel.id} has no title`;
    if (!(panel.targets ?? []).some((/** @type {any} */ target) => target.expr)) return `panel "${panel.title}" has no query`;
  }
  return '';
}

/** @param {any} layout of k6's web dashboard: tabs of sections of panels of series */
function k6(layout) {
  const panels = (layout.tabs ?? []).flatMap((/** @type {any} */ tab) => tab.sections ?? [])
    .flatMap((/** @type {any} */ section) => section.panels ?? []);
  if (panels.length === 0) return 'it has no panel';
  for (const panel of panels) {
    if (!panel.title) return 'a panel has no title';
    if (!(panel.series ?? []).some((/** @type {any} */ series) => series.query)) return `panel "${panel.title}" has no query`;
  }
  return '';
}

let text;
try {
  const problem = { grafana, k6 }[__ENV.JSON_KIND];
  text = problem(JSON.parse(open(__ENV.JSON_FILE)));
} catch (error) {
  text = `this is not JSON: ${/** @type {Error} */ (error).message}`;
}
if (text !== '') throw text;

export default function () {}
