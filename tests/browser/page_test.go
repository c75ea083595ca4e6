package browser

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/featherweight/tests/harness"
)

// look is one way to look at a page.
type look struct {
	name          string
	width, height int64
	dark          bool
}

var looks = []look{
	{"wide-light", 1400, 1000, false},
	{"wide-dark", 1400, 1000, true},
	{"narrow-light", 400, 800, false},
	{"narrow-dark", 400, 800, true},
}

// browser starts a Chromium; it ends with the test.
func browser(t *testing.T) context.Context {
	t.Helper()
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.NoSandbox, chromedp.DisableGPU)
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start Chromium: %v; install it with: apt-get install chromium", err)
	}
	return ctx
}

// emulate has the page see a screen of that size and a user who prefers those colours.
func (l look) emulate() chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		scheme := &emulation.MediaFeature{Name: "prefers-color-scheme", Value: "light"}
		if l.dark {
			scheme.Value = "dark"
		}
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{scheme}})
		return err
	})
}

// seen is what a page shows.
type seen struct {
	Text          string  // all of it
	Width, Window int     // of the page and of the window: wider is to be scrolled sideways
	Background    float64 // brightness from 0 to 255
	Charts        int
}

const inspect = `(() => {
	const [r, g, b] = (getComputedStyle(document.querySelector('main, #root > *') ?? document.body).backgroundColor.match(/[\d.]+/g) ?? [255, 255, 255]).map(Number);
	return {
		Text: document.body.innerText, Width: document.documentElement.scrollWidth, Window: window.innerWidth,
		Background: (r + g + b) / 3, Charts: document.querySelectorAll('.uplot canvas').length,
	};
})()`

// show opens the page that way, waits until its text holds the words, and returns what is there.
func (l look) show(t *testing.T, page string, words ...string) seen {
	t.Helper()
	ctx, cancel := context.WithTimeout(browser(t), 3*time.Minute)
	defer cancel()
	err := chromedp.Do(ctx, chromedp.EmulateViewport(l.width, l.height), l.emulate(), chromedp.Navigate(page),
		chromedp.Poll[chromedp.Void]("document.body && "+list(words)+".every((words) => document.body.innerText.toLowerCase().includes(words.toLowerCase()))",
			chromedp.WithPollingInterval(200*time.Millisecond), chromedp.WithPollingTimeout(2*time.Minute)))
	if err != nil {
		text, _ := chromedp.Run(context.WithoutCancel(ctx), chromedp.Evaluate[string]("document.body.innerText"))
		t.Fatalf("%s: %s does not show %q: %v\n%s", l.name, page, words, err, text)
	}
	s, err := chromedp.Run(ctx, chromedp.Evaluate[seen](inspect))
	if err != nil {
		t.Fatalf("%s: %v", l.name, err)
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100)) //nolint:mnd // a PNG
	if err != nil {
		t.Fatalf("%s: %v", l.name, err)
	}
	l.keep(t, picture)
	return s
}

// list is an array of JavaScript.
func list(words []string) string {
	quoted := make([]string, 0, len(words))
	for _, word := range words {
		quoted = append(quoted, strconv.Quote(word))
	}
	return "[" + strings.Join(quoted, ",") + "]"
}

func (l look) keep(t *testing.T, picture []byte) {
	t.Helper()
	dir := os.Getenv("BROWSER_SHOTS")
	if dir == "" {
		return
	}
	name := strings.ReplaceAll(t.Name(), "/", "-") + ".png"
	if err := os.WriteFile(filepath.Join(dir, name), picture, 0o600); err != nil {
		t.Error(err)
	}
}

// fits checks that nothing is cut off at the side.
func (l look) fits(t *testing.T, s seen) {
	t.Helper()
	if s.Width > s.Window {
		t.Errorf("%s: the page is %d px wide in a window of %d", l.name, s.Width, s.Window)
	}
}

// layout is scripts/k6-web-dashboard.json.
type layout struct {
	Tabs []struct {
		Title    string
		Sections []struct {
			Panels []struct{ Title, Kind string }
		}
	}
}

func readLayout(t *testing.T) layout {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(harness.Root(), "scripts", "k6-web-dashboard.json"))
	if err != nil {
		t.Fatal(err)
	}
	var l layout
	if err := json.Unmarshal(data, &l); err != nil {
		t.Fatal(err)
	}
	return l
}
