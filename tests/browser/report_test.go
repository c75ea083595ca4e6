package browser

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/featherweight/tests/harness"
)

// reportLooks are ways to look at report.html. The narrowest is what WCAG 2.2 asks for (1.4.10, Reflow).
var reportLooks = []look{
	{"narrowest-light", 320, 700, false},
	{"narrow-dark", 400, 800, true},
	{"wide-light", 1280, 900, false},
	{"wide-dark", 1280, 900, true},
	{printed, 760, 1000, false},
}

// printed is the look of paper.
const printed = "print"

// reportSeen is what report.html shows.
type reportSeen struct {
	Width, Window, Height int     // of the page and of the window
	Background            float64 // brightness from 0 to 255
	VerdictEnds           float64 // px from the top of the page: the verdict and why
	Verdict               string
	Charts                map[string][]int // how many points each line of a chart has
	Frameless             []string         // charts whose picture has no room
	Pale                  []string         // texts that are hard to read, with their contrast
	Loaded                int              // other files
	Names                 int              // charts that a screen reader can name
}

// inspectReport computes the contrast of WCAG 2.2 (1.4.3) for every text, with the first background behind it that is not transparent.
const inspectReport = `(() => {
	const rgb = (text) => (text.match(/[\d.]+/g) ?? [0, 0, 0]).map(Number);
	const luminance = ([r, g, b]) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
		.reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
	const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)].sort((p, q) => q - p); return (x + 0.05) / (y + 0.05); };
	const behind = (element) => {
		for (let e = element; e; e = e.parentElement) {
			const colour = rgb(getComputedStyle(e).backgroundColor);
			if (colour.length < 4 || colour[3] > 0) return colour;
		}
		return [255, 255, 255];
	};
	const pale = [];
	const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
	while (walker.nextNode()) {
		const element = walker.currentNode.parentElement;
		if (!walker.currentNode.data.trim() || element.closest('svg, style') || !element.checkVisibility()) continue;
		const ratio = contrast(rgb(getComputedStyle(element).color), behind(element));
		if (ratio < 4.5) pale.push(walker.currentNode.data.trim().slice(0, 40) + ': ' + ratio.toFixed(2));
	}
	const panel = behind(document.body);
	for (const line of document.querySelectorAll('.plot .line, .plot .step, .plot .limit')) {
		const ratio = contrast(rgb(getComputedStyle(line).stroke), panel);
		if (ratio < 3) pale.push(line.getAttribute('class') + ': ' + ratio.toFixed(2));
	}
	const charts = [...document.querySelectorAll('figure.chart')];
	const [r, g, b] = behind(document.body);
	return {
		Width: document.documentElement.scrollWidth, Window: window.innerWidth, Height: document.documentElement.scrollHeight, Background: (r + g + b) / 3,
		Verdict: document.querySelector('header').innerText, VerdictEnds: document.querySelector('header').getBoundingClientRect().bottom,
		Charts: Object.fromEntries(charts.map((c) => [c.id, [...c.querySelectorAll('[data-points]')].map((p) => Number(p.dataset.points))])),
		Frameless: charts.filter((c) => c.querySelector('.plot') && !(c.querySelector('.plot svg').getBoundingClientRect().width > window.innerWidth / 2)).map((c) => c.id),
		Pale: pale, Loaded: performance.getEntriesByType('resource').length,
		Names: document.querySelectorAll('.plot svg[role=img][aria-labelledby] > title').length,
	};
})()`

// The page that "k6 x fwhz report" makes of a run that passed, one that failed and one that says nothing, wide and narrow,
// light, dark and printed.
func TestThePageOfARunIsReadableEverywhere(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(browser(t), 5*time.Minute)
	defer cancel()
	var mu sync.Mutex
	var complaints []string
	complain := func(what string) {
		mu.Lock()
		defer mu.Unlock()
		complaints = append(complaints, what)
	}
	err := chromedp.Listen(ctx, func(event any) {
		switch e := event.(type) {
		case *log.EventEntryAdded:
			complain("log: " + e.Entry.Text)
		case *runtime.EventConsoleAPICalled:
			complain("console: " + string(e.Type))
		case *runtime.EventExceptionThrown:
			complain("exception: " + e.ExceptionDetails.Text)
		case *network.EventRequestWillBeSent:
			if !strings.HasPrefix(e.Request.URL, "file:") && !strings.HasPrefix(e.Request.URL, "data:") {
				complain("request: " + e.Request.URL)
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, run := range reportRuns() {
		page := "file://" + run.page(t)
		for _, l := range reportLooks {
			t.Run(run.verdict+" "+l.name, func(t *testing.T) {
				run.check(t, l, l.report(ctx, t, page))
			})
		}
	}
	if len(complaints) > 0 {
		t.Errorf("the browser complains: %q", complaints)
	}
}

// report opens the page that way.
func (l look) report(ctx context.Context, t *testing.T, page string) reportSeen {
	t.Helper()
	media := l.emulate()
	if l.name == printed {
		media = chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Media: "print"})
			return err
		})
	}
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(l.width, l.height), media, chromedp.Navigate(page)); err != nil {
		t.Fatalf("open %s: %v", page, err)
	}
	s, err := chromedp.Run(ctx, chromedp.Evaluate[reportSeen](inspectReport))
	if err != nil {
		t.Fatal(err)
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100)) //nolint:mnd // a PNG
	if err != nil {
		t.Fatal(err)
	}
	l.keep(t, picture)
	return s
}

func (r reportRun) check(t *testing.T, l look, s reportSeen) {
	t.Helper()
	l.fits(t, seen{Width: s.Width, Window: s.Window})
	if !strings.Contains(s.Verdict, r.verdict) || !strings.Contains(s.Verdict, r.reason) {
		t.Errorf("the page begins with %q", s.Verdict)
	}
	if s.VerdictEnds > float64(l.height) {
		t.Errorf("the verdict ends at %v px, below the first screen of %d", s.VerdictEnds, l.height)
	}
	if dark := s.Background < 128; dark != l.dark {
		t.Errorf("the brightness of the background is %v", s.Background)
	}
	if len(s.Pale) > 0 {
		t.Errorf("hard to read: %q", s.Pale)
	}
	if s.Loaded > 0 {
		t.Errorf("the page has loaded %d other files", s.Loaded)
	}
	if len(s.Frameless) > 0 {
		t.Errorf("charts without room: %q", s.Frameless)
	}
	seconds := []int{r.seconds}
	for chart, want := range map[string][]int{
		"loop": {r.seconds, r.seconds}, "users": seconds, "tokens": seconds, "response": {r.seconds, r.seconds, r.seconds}, "failures": r.failures, "lag": {r.seconds, r.seconds},
	} {
		if !slices.Equal(s.Charts[chart], want) {
			t.Errorf("chart %s shows %v points, not %v", chart, s.Charts[chart], want)
		}
	}
	pictures := len(s.Charts)
	if len(r.failures) == 0 {
		pictures-- // it says: none
	}
	if s.Names != pictures {
		t.Errorf("%d of %d pictures have a name", s.Names, pictures)
	}
}

// A run without a recording has a page without pictures, and one whose recording is cut off has none at all.
func TestThePageOfARunNeedsAWholeRecordingOrNone(t *testing.T) {
	t.Parallel()
	run := reportRuns()[0]
	report := run.page(t)
	dir := filepath.Dir(report)
	series := filepath.Join(dir, "series.ndjson")
	data, err := os.ReadFile(series)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(series, data[:len(data)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	if got := makeReport(t, dir); got.Code != 1 || !strings.Contains(got.Stderr+got.Stdout, "it is cut off") {
		t.Errorf("half a recording: exit code %d\n%s", got.Code, got.Describe())
	}
	if err := os.Remove(series); err != nil {
		t.Fatal(err)
	}
	if got := makeReport(t, dir); got.Code != 0 {
		t.Errorf("no recording: exit code %d\n%s", got.Code, got.Describe())
	}
	text, err := os.ReadFile(report)
	if err != nil || !strings.Contains(string(text), "There is no recording of this run") {
		t.Errorf("the page does not say that there is no recording: %v", err)
	}
}

func makeReport(t *testing.T, dir string) harness.Run {
	t.Helper()
	return harness.Command(t, []string{harness.K6(), "x", "fwhz", "report", dir}, nil)
}
