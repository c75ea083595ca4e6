package stopped

import (
	"os"
	"os/signal"
	"syscall"
	"testing"
)

// TestMain takes back what nohup does to everything below it: a program that is started with SIGHUP ignored goes on ignoring it,
// as it should, and these tests ask what one does that hears it. A signal that is listened to here is as ever in what is started.
func TestMain(m *testing.M) {
	signal.Notify(make(chan os.Signal, 1), syscall.SIGHUP)
	os.Exit(m.Run())
}
