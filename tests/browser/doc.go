// Package browser looks at the live page and the HTML report of a run in a real Chromium. BROWSER_SHOTS names a
// directory for pictures of what it saw.
package browser
