package measure

import (
	"runtime"
	"testing"
	"time"
)

func TestOthersHaveWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	got, err := busy("cpu  100 20 30 5000 600 7 8 9 0 0\ncpu0 1 2 3")
	if want := 1740 * time.Millisecond; err != nil || got != want {
		t.Errorf("%v, not %v: %v", got, want, err)
	}
	if _, err := busy("nothing"); err == nil {
		t.Error("nothing is no time")
	}
	took := time.Second / time.Duration(runtime.NumCPU())
	if got := Others(700*time.Millisecond, 300*time.Millisecond, took); got < 0.399 || got > 0.401 {
		t.Errorf("%v", got)
	}
	if got := Others(time.Second, 2*time.Second, took); got != 0 {
		t.Errorf("%v", got)
	}
}
