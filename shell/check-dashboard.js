/**
 * Does Grafana read this dashboard? `k6 inspect` runs it for validate-slo-setup.sh, with the file in JSON_FILE: it
 * throws what is wrong, as one line.
 */

/** @param {any} board */
function problem(board) {
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

let text;
try {
  text = problem(JSON.parse(open(__ENV.JSON_FILE)));
} catch (error) {
  text = `this is not JSON: ${/** @type {Error} */ (error).message}`;
}
if (text !== '') throw text;

export default function () {}
