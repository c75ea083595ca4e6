package tour

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/featherweight/tests/harness"
)

// picture is one of the page, and the report of the tour that it shows, from that element on. Of several reports, the one with
// that number is meant.
type picture struct {
	name, report string
	number       int
	from         string
	height       int64
}

var pictures = []picture{ //nolint:gochecknoglobals // a table
	{"report-pass.png", "*-websocket-streaming", 0, "header", 850},
	{"report-time.png", "*-websocket-streaming", 0, "#loop", 1000},
	{"report-fail.png", "*-websocket-streaming", 1, "header", 850},
	{"capacity.png", "*-capacity", 0, "header", 660},
}

const (
	pictureWidth = 900
	pictureBytes = 150_000 // what a reader with a slow line is asked to fetch
	leastColours = 16      // a page that did not show has one
)

// keepIn is the folder of the page's pictures; TOUR_PICTURES=1, which make tour sets, takes them anew.
func keepIn() string {
	if os.Getenv("TOUR_PICTURES") == "" {
		return ""
	}
	return filepath.Join(filepath.Dir(page), "pictures")
}

// takePictures has Chromium show the reports that the tour has left.
func takePictures(t *testing.T, home string) {
	if !hasChromium() {
		harness.LeaveOut(t, "tour", "no Chromium: apt-get install chromium")
	}
	options := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.NoSandbox, chromedp.DisableGPU)
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	defer cancel()
	ctx, cancel := chromedp.NewContext(allocator)
	defer cancel()
	ctx, cancel = context.WithTimeout(ctx, 3*time.Minute)
	defer cancel()
	for _, p := range pictures {
		folders, err := filepath.Glob(filepath.Join(home, "test-results", p.report))
		if err != nil || len(folders) <= p.number {
			t.Fatalf("the tour has left only %q of %s: %v", folders, p.report, err)
		}
		report := filepath.Join(folders[p.number], "report.html")
		err = chromedp.Do(ctx, chromedp.EmulateViewport(pictureWidth, p.height), chromedp.Navigate("file://"+report),
			chromedp.Evaluate[chromedp.Void]("document.querySelector("+strconv.Quote(p.from)+").scrollIntoView()"))
		if err != nil {
			t.Fatalf("open %s: %v", report, err)
		}
		shot, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		shot = fewColours(t, shot)
		if why := notAPicture(shot, p.height); why != "" {
			t.Errorf("%s of %s: %s", p.name, report, why)
		} else if dir := keepIn(); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, p.name), shot, 0o644); err != nil { //nolint:gosec // a part of the documents
				t.Error(err)
			}
		}
	}
}

func hasChromium() bool {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if _, err := exec.LookPath(name); err == nil {
			return true
		}
	}
	return false
}

// fewColours keeps the 256 colours that are most frequent: such a picture has a third of the bytes, and nobody sees a difference in text.
func fewColours(t *testing.T, shot []byte) []byte {
	t.Helper()
	full, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		t.Fatal(err)
	}
	often := colours(full)
	all := make([]color.RGBA, 0, len(often))
	for one := range often {
		all = append(all, one)
	}
	slices.SortFunc(all, func(a, b color.RGBA) int { return often[b] - often[a] })
	var palette color.Palette
	for _, one := range all[:min(len(all), 256)] {
		palette = append(palette, one)
	}
	out, index := image.NewPaletted(full.Bounds(), palette), map[color.RGBA]uint8{}
	each(full, func(x, y int, one color.RGBA) {
		at, known := index[one]
		if !known {
			at = uint8(palette.Index(one)) //nolint:gosec // of 256
			index[one] = at
		}
		out.SetColorIndex(x, y, at)
	})
	var text bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&text, out); err != nil {
		t.Fatal(err)
	}
	return text.Bytes()
}

func colours(picture image.Image) map[color.RGBA]int {
	out := map[color.RGBA]int{}
	each(picture, func(_, _ int, one color.RGBA) { out[one]++ })
	return out
}

func each(picture image.Image, see func(x, y int, one color.RGBA)) {
	bounds := picture.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			one, _ := color.RGBAModel.Convert(picture.At(x, y)).(color.RGBA)
			see(x, y, one)
		}
	}
}

// notAPicture says what is wrong with one: its size, or that nothing is on it.
func notAPicture(text []byte, height int64) string {
	shot, err := png.Decode(bytes.NewReader(text))
	switch {
	case err != nil:
		return err.Error()
	case len(text) > pictureBytes:
		return "it has too many bytes"
	case shot.Bounds().Dx() != pictureWidth || int64(shot.Bounds().Dy()) != height:
		return "it is not as large as it should be: " + shot.Bounds().String()
	}
	often, most := colours(shot), 0
	for _, n := range often {
		most = max(most, n)
	}
	if len(often) < leastColours || most > shot.Bounds().Dx()*shot.Bounds().Dy()*98/100 {
		return "it is blank"
	}
	return ""
}

var aPicture = regexp.MustCompile(`!\[[^\]]+\]\(pictures/([^)]+)\)`)

// What the page shows is there, and is what make tour takes: no picture without its page, none of another size, none that is empty.
func TestThePicturesOfThePageAreThere(t *testing.T) {
	t.Parallel()
	var shown []string
	for _, found := range aPicture.FindAllStringSubmatch(read(t, page), -1) {
		shown = append(shown, found[1])
	}
	var taken []string
	for _, p := range pictures {
		taken = append(taken, p.name)
		text, err := os.ReadFile(filepath.Join(filepath.Dir(page), "pictures", p.name))
		if err != nil {
			t.Errorf("%v: make tour takes it", err)
		} else if why := notAPicture(text, p.height); why != "" {
			t.Errorf("%s: %s", p.name, why)
		}
	}
	if !slices.Equal(shown, taken) {
		t.Errorf("the page shows %q, and taken are %q", shown, taken)
	}
}

// A page that did not show, and one that was cut, are no pictures.
func TestAnEmptyPictureIsNone(t *testing.T) {
	t.Parallel()
	encoded := func(picture image.Image) []byte {
		var text bytes.Buffer
		if err := png.Encode(&text, picture); err != nil {
			t.Fatal(err)
		}
		return text.Bytes()
	}
	blank, drawn := image.NewGray(image.Rect(0, 0, pictureWidth, 50)), image.NewGray(image.Rect(0, 0, pictureWidth, 50))
	for x := range pictureWidth {
		for y := range 50 {
			drawn.SetGray(x, y, color.Gray{uint8(x / 16 * 4)}) //nolint:gosec // up to 224
		}
	}
	for _, c := range []struct {
		text   []byte
		height int64
		wrong  bool
	}{{encoded(drawn), 50, false}, {encoded(blank), 50, true}, {encoded(drawn), 51, true}, {[]byte("no png"), 50, true}} {
		if why := notAPicture(c.text, c.height); (why != "") != c.wrong {
			t.Errorf("wrong should be %v: %q", c.wrong, why)
		}
	}
}
