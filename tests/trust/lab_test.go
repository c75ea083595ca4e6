package trust

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
)

// lab is a network namespace for the load generator, with a wire to the target's.
type lab struct {
	netem string // what the wire does, as tc takes it; "" nothing
	ports string // the ports that connections may come from: "first last"; "" as many as always
}

// bench is a lab that was built.
type bench struct {
	tb           testing.TB
	space        string // its name
	server, user string // ends of the wire
	here, there  string // addresses of the target and of the load generator
	mac          string // of the load generator's end
}

var labs atomic.Int64 //nolint:gochecknoglobals // each has a name and addresses of its own

// build makes it; why not, when this machine does not allow it.
func (l *lab) build(tb testing.TB) (b *bench, why string) {
	tb.Helper()
	if os.Getuid() != 0 {
		return nil, "network namespaces take root"
	}
	n := labs.Add(1)
	third, fourth := (int64(os.Getpid())+n>>6)%256, n%64*4 //nolint:mnd // a network of four addresses
	b = &bench{
		tb: tb, space: fmt.Sprintf("fwtrust%d-%d", os.Getpid(), n), server: fmt.Sprintf("fws%d-%d", os.Getpid()%100_000, n), user: fmt.Sprintf("fwu%d-%d", os.Getpid()%100_000, n),
		here: fmt.Sprintf("10.213.%d.%d", third, fourth+1), there: fmt.Sprintf("10.213.%d.%d", third, fourth+2), //nolint:mnd // the second and third of four
	}
	if out, err := command("ip", "netns", "add", b.space); err != nil {
		return nil, fmt.Sprintf("no network namespace can be made here: %s", out)
	}
	space := b.space
	tb.Cleanup(func() { _, _ = command("ip", "netns", "del", space) }) // and the wire with it
	for _, line := range []string{
		"ip link add " + b.server + " type veth peer name " + b.user + " netns " + b.space,
		"ip addr add " + b.here + "/30 dev " + b.server,
		"ip link set " + b.server + " up",
		"ip -n " + b.space + " addr add " + b.there + "/30 dev " + b.user,
		"ip -n " + b.space + " link set " + b.user + " up",
		"ip -n " + b.space + " link set lo up",
	} {
		if out, err := command(strings.Fields(line)...); err != nil {
			return nil, fmt.Sprintf("no wire between network namespaces: %s: %s", line, out)
		}
	}
	if l.netem != "" {
		line := "tc qdisc add dev " + b.server + " root netem " + l.netem
		if out, err := command(strings.Fields(line)...); err != nil {
			return nil, fmt.Sprintf("this kernel has no netem: %s: %s", line, out)
		}
	}
	if l.ports != "" {
		if out, err := command("ip", "netns", "exec", b.space, "sysctl", "-q", "-w", "net.ipv4.ip_local_port_range="+l.ports); err != nil {
			return nil, "the ports of a network namespace cannot be set: " + out
		}
	}
	mac, err := command("ip", "netns", "exec", b.space, "cat", "/sys/class/net/"+b.user+"/address")
	if err != nil {
		return nil, "the end of a wire has no address: " + mac
	}
	b.mac = mac
	return b, ""
}

// vanish lets all packets of the target go to somebody who is not there: no side hears of it.
func (b *bench) vanish() { b.neighbour("02:00:00:00:00:01") }

// back lets them come again.
func (b *bench) back() { b.neighbour(b.mac) }

func (b *bench) neighbour(mac string) {
	if out, err := command("ip", "neigh", "replace", b.there, "lladdr", mac, "dev", b.server, "nud", "permanent"); err != nil {
		b.tb.Errorf("ip neigh replace: %s", out)
	}
}

func (b *bench) line(line []string) []string {
	return append([]string{"ip", "netns", "exec", b.space}, line...)
}

// command runs one, and returns what it said.
func command(line ...string) (string, error) {
	out, err := exec.CommandContext(context.Background(), line[0], line[1:]...).CombinedOutput()
	return strings.TrimSpace(string(out)), err
}
