package measure

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestABlockIsReplacedAndTheRestIsKept(t *testing.T) {
	t.Parallel()
	const text = "head\n<!-- begin cost -->\nold\n<!-- end cost -->\nfoot\n<!-- begin wire -->\n<!-- end wire -->\n"
	const want = "head\n<!-- begin cost -->\n\nnew\n\n<!-- end cost -->\nfoot\n<!-- begin wire -->\n<!-- end wire -->\n"
	file := filepath.Join(t.TempDir(), "doc.md")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time changes nothing
		if err := Write(file, "cost", "new\n"); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != want {
		t.Errorf("%v: %q", err, got)
	}
}

func TestABlockThatIsNotThereOnceIsAnError(t *testing.T) {
	t.Parallel()
	whole := "<!-- begin a -->\n<!-- end a -->\n"
	for name, text := range map[string]string{
		"none": "", "no end": "<!-- begin a -->\n", "the wrong way round": "<!-- end a -->\n<!-- begin a -->\n", "twice": whole + whole,
	} {
		if _, err := Replace(text, "a", "x"); err == nil || !strings.Contains(err.Error(), `"a"`) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestATableIsMarkdown(t *testing.T) {
	t.Parallel()
	want := "| client | CPU |\n| --- | --: |\n| ours | 1 |\n"
	if got := Table([]string{"client", "CPU"}, [][]string{{"ours", "1"}}); got != want {
		t.Errorf("%q", got)
	}
}
