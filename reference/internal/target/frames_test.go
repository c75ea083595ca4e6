package target

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestFramesHaveTheShapeOfTheRealServer(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 67_000_000, time.FixedZone("", 3600))
	assert.JSONEq(t,
		`{"type":"stream_event","event":{"type":"token","data":"a ","messageId":"m\"1"},"timestamp":"2026-01-02T02:04:05.067Z"}`,
		string(appendEvent(nil, eventToken, word(0), []byte(`"m\"1"`), now)))
	assert.JSONEq(t,
		`{"type":"stream_event","event":{"type":"complete","data":""},"timestamp":"2026-01-02T02:04:05.067Z"}`,
		string(appendEvent(nil, eventComplete, "", nil, now)))
	assert.JSONEq(t, `{"type":"error","content":"Stream error: x","messageId":"m"}`,
		string(errorFrame("Stream error: x", []byte(`"m"`))))
	assert.JSONEq(t, `{"type":"error","content":"x"}`, string(errorFrame("x", nil)))
}

func TestWordsNeedNoEscape(t *testing.T) {
	t.Parallel()
	for i := range 40 {
		quoted, err := json.Marshal(word(i))
		assert.NoError(t, err)
		assert.Equal(t, `"`+word(i)+`"`, string(quoted))
	}
}

func TestATokenFrameCostsNoAllocation(t *testing.T) {
	buf, id, now := make([]byte, 0, 256), []byte(`"m1"`), time.Now()
	assert.Zero(t, testing.AllocsPerRun(100, func() { buf = appendEvent(buf[:0], eventToken, word(3), id, now) }))
}
