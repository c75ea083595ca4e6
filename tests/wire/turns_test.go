package wire

import (
	"fmt"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
)

const serverPort = 8080

// film is a made-up capture of one connection, with times in ms.
type film struct {
	segments    []Segment
	client      netip.AddrPort
	asked, told uint32 // the sequence numbers that are to come
}

// opened has a handshake: SYN at 0 ms, SYN-ACK at 1, request at 2, 101 at 4. The server's sequence numbers wrap
// in its first message.
func opened() *film {
	f := &film{client: netip.MustParseAddrPort("127.0.0.1:40000"), asked: 7, told: 0xffffff90}
	f.segments = []Segment{f.segment(0, true, nil), f.segment(1, false, nil)}
	f.segments[0].SYN, f.segments[1].SYN = true, true
	f.asked++
	f.told++
	f.ask(2, []byte("GET /api/chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"))
	f.tell(4, []byte("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"))
	return f
}

func (f *film) segment(ms float64, asks bool, payload []byte) Segment {
	server := netip.AddrPortFrom(f.client.Addr(), serverPort)
	s := Segment{At: time.Duration(ms * float64(time.Millisecond)), From: server, To: f.client, Seq: f.told, Payload: payload}
	if asks {
		s.From, s.To, s.Seq = f.client, server, f.asked
	}
	return s
}

func (f *film) ask(ms float64, payload []byte) {
	f.segments = append(f.segments, f.segment(ms, true, payload))
	f.asked += uint32(len(payload))
}

func (f *film) tell(ms float64, payload []byte) {
	f.segments = append(f.segments, f.segment(ms, false, payload))
	f.told += uint32(len(payload))
}

// question is as a client sends it, masked.
func question(id string) []byte {
	asked := fmt.Sprintf(`{"type":"user_message","content":"Hello","messageId":%q}`, id)
	return ws.MustCompileFrame(ws.MaskFrameWith(ws.NewTextFrame([]byte(asked)), [4]byte{1, 2, 3, 4}))
}

func event(kind, data, id string) string {
	return fmt.Sprintf(`{"type":"stream_event","event":{"type":%q,"data":%q,"messageId":%q},"timestamp":"x"}`, kind, data, id)
}

func token(id string) []byte    { return text(event("token", "a ", id)) }
func complete(id string) []byte { return text(event("complete", "", id)) }

func text(payload string) []byte { return ws.MustCompileFrame(ws.NewTextFrame([]byte(payload))) }

// seen is a turn in ms: asked, tokens, first, last, longest gap, complete.
type seen [6]float64

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func TestATurnIsTimedByTheSegmentsThatCompleteItsMessages(t *testing.T) {
	t.Parallel()
	both := func(a, b []byte) []byte { return append(append([]byte{}, a...), b...) }
	for name, test := range map[string]struct {
		play func(*film)
		want seen
	}{
		"a message a segment": {func(f *film) {
			f.tell(60, token("q"))
			f.tell(149.75, token("q"))
			f.tell(200, token("q"))
			f.tell(201, complete("q"))
		}, seen{10, 3, 60, 200, 89.75, 201}},
		"several messages in a segment": {func(f *film) {
			f.tell(60, both(token("q"), token("q")))
			f.tell(90, both(token("q"), complete("q")))
		}, seen{10, 3, 60, 90, 30, 90}},
		"a message in two segments, cut in its head and in its text": {func(f *film) {
			one := token("q")
			f.tell(60, one[:1])
			f.tell(61, one[1:40])
			f.tell(62, append(one[40:], one[:50]...))
			f.tell(72, one[50:])
			f.tell(80, complete("q"))
		}, seen{10, 2, 62, 72, 10, 80}},
		"a segment that was sent again": {func(f *film) {
			f.tell(60, token("q"))
			again := f.segments[len(f.segments)-1]
			again.At = 65 * time.Millisecond
			f.segments = append(f.segments, again)
			f.tell(70, token("q"))
			f.tell(80, complete("q"))
		}, seen{10, 2, 60, 70, 10, 80}},
		"a segment that came after its successors": {func(f *film) {
			f.tell(60, token("q"))
			f.tell(70, token("q"))
			f.tell(75, token("q"))
			f.tell(80, complete("q"))
			n := len(f.segments)
			late := f.segments[n-4]
			late.At = 79 * time.Millisecond // nobody can read the others before
			copy(f.segments[n-4:], f.segments[n-3:n-1])
			f.segments[n-2] = late
		}, seen{10, 3, 79, 79, 0, 80}},
		"a segment of which half is known": {func(f *film) {
			one, two := token("q"), token("q")
			f.tell(60, one)
			f.told -= uint32(len(one))
			f.tell(70, both(one, two))
			f.tell(80, complete("q"))
		}, seen{10, 2, 60, 70, 10, 80}},
		"a message in two frames, a ping between them": {func(f *film) {
			whole := []byte(event("token", "a ", "q"))
			f.tell(60, ws.MustCompileFrame(ws.NewFrame(ws.OpText, false, whole[:20])))
			f.tell(65, ws.MustCompileFrame(ws.NewPingFrame(nil)))
			f.tell(70, ws.MustCompileFrame(ws.NewFrame(ws.OpContinuation, true, whole[20:])))
			f.tell(75, token("q"))
			f.tell(80, complete("q"))
		}, seen{10, 2, 70, 75, 5, 80}},
		"empty tokens, answers of others, a message of 70 kB": {func(f *film) {
			f.tell(50, text(event("token", "", "q")))
			f.tell(55, token("another"))
			f.tell(60, text(event("token", strings.Repeat("a", 70_000), "q")))
			f.tell(66, token("q"))
			f.tell(70, text(`{"type":"heartbeat"}`))
			f.tell(80, complete("q"))
		}, seen{10, 2, 60, 66, 6, 80}},
		"no answer": {func(*film) {}, seen{10, 0, 0, 0, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := opened()
			f.ask(10, question("q"))
			test.play(f)
			turns, err := Turns(f.segments, serverPort)
			if err != nil || len(turns) != 1 {
				t.Fatalf("%d turns: %v", len(turns), err)
			}
			q := turns["q"]
			if got := (seen{ms(q.Asked), float64(q.Tokens), ms(q.First), ms(q.Last), ms(q.LongestGap), ms(q.Complete)}); got != test.want {
				t.Errorf("%v, not %v", got, test.want)
			}
			if c := *q.Connection; c != (Connection{SYN: 0, SYNACK: time.Millisecond, Requested: 2 * time.Millisecond, Switched: 4 * time.Millisecond}) {
				t.Errorf("the connection is %+v", c)
			}
		})
	}
}

func TestACaptureThatCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		play func(*film)
		says string
	}{
		"its beginning is missing": {func(f *film) { f.segments = f.segments[1:] }, "does not hold the beginning"},
		"asked twice":              {func(f *film) { f.ask(10, question("q")); f.ask(20, question("q")) }, "asked before"},
		"compressed":               {func(f *film) { f.tell(10, []byte{0xc1, 1, 'x'}) }, "compressed"},
		"no JSON":                  {func(f *film) { f.tell(10, text("x")) }, "no JSON"},
		"refused":                  {func(f *film) { f.segments[3].Payload = []byte("HTTP/1.1 503 No\r\n\r\n") }, "503 No"},
	} {
		f := opened()
		test.play(f)
		if _, err := Turns(f.segments, serverPort); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAPortThatIsUsedAgainIsANewConnection(t *testing.T) {
	t.Parallel()
	first, second := opened(), opened()
	first.ask(10, question("one"))
	first.tell(20, complete("one"))
	for i := range second.segments {
		second.segments[i].Seq += 1000
		second.segments[i].At += time.Second
	}
	second.asked += 1000
	second.told += 1000
	second.ask(1010, question("two"))
	second.tell(1030, complete("two"))
	turns, err := Turns(append(first.segments, second.segments...), serverPort)
	if err != nil || len(turns) != 2 {
		t.Fatalf("%d turns: %v", len(turns), err)
	}
	if got := turns["two"].Connection.Switched; got != 1004*time.Millisecond {
		t.Errorf("the second one opened at %v", got)
	}
	if got := turns["two"].Complete; got != 1030*time.Millisecond {
		t.Errorf("its turn was complete at %v", got)
	}
}

func TestAPacketIsReadFromItsIPHeaderOn(t *testing.T) {
	t.Parallel()
	packet := append([]byte{
		0x46, 0, 0, 51, 0, 0, 0, 0, 64, 6, 0, 0, 127, 0, 0, 1, 127, 0, 0, 2, 1, 1, 1, 1, // 24 bytes, with an option
		0x1f, 0x90, 0x9c, 0x40, 0, 0, 1, 2, 0, 0, 0, 0, 0x60, 0x12, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, // 24 bytes, too
	}, "abc and a trailer"...)
	got, err := parseSegment(7, packet)
	want := Segment{
		At: 7, From: netip.MustParseAddrPort("127.0.0.1:8080"), To: netip.MustParseAddrPort("127.0.0.2:40000"),
		Seq: 258, SYN: true, Payload: []byte("abc"),
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, not %+v: %v", got, want, err)
	}
	for _, short := range []int{0, 19, 30, 50} {
		if got, err := parseSegment(0, packet[:short]); err == nil {
			t.Errorf("of %d bytes: %+v", short, got)
		}
	}
}
