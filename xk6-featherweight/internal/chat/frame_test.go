package chat

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestParseFrame(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		bytes []byte
		want  frame
		err   string
	}{
		"text":                      {[]byte{0x81, 5}, frame{opText, true, 5, 2}, ""},
		"empty text":                {[]byte{0x81, 0}, frame{opText, true, 0, 2}, ""},
		"first fragment":            {[]byte{0x01, 5}, frame{opText, false, 5, 2}, ""},
		"continuation":              {[]byte{0x00, 5}, frame{opContinuation, false, 5, 2}, ""},
		"last fragment":             {[]byte{0x80, 5}, frame{opContinuation, true, 5, 2}, ""},
		"binary":                    {[]byte{0x82, 125}, frame{opBinary, true, 125, 2}, ""},
		"16 bit length":             {[]byte{0x81, 126, 1, 2}, frame{opText, true, 258, 4}, ""},
		"16 bits, not the least":    {[]byte{0x81, 126, 0, 1}, frame{opText, true, 1, 4}, ""},
		"64 bit length":             {[]byte{0x81, 127, 0, 0, 0, 1, 0, 0, 0, 2}, frame{opText, true, 1<<32 + 2, 10}, ""},
		"largest length":            {[]byte{0x81, 127, 0x7f, 255, 255, 255, 255, 255, 255, 255}, frame{opText, true, 1<<63 - 1, 10}, ""},
		"close":                     {[]byte{0x88, 2, 3, 232}, frame{opClose, true, 2, 2}, ""},
		"ping":                      {[]byte{0x89, 0}, frame{opPing, true, 0, 2}, ""},
		"pong":                      {[]byte{0x8A, 125}, frame{opPong, true, 125, 2}, ""},
		"what follows is no matter": {[]byte{0x81, 1, 'x', 0xff, 0xff}, frame{opText, true, 1, 2}, ""},

		"nothing":            {nil, frame{}, errShort.Error()},
		"one byte":           {[]byte{0x81}, frame{}, errShort.Error()},
		"half a length":      {[]byte{0x81, 126, 1}, frame{}, errShort.Error()},
		"half a long length": {[]byte{0x81, 127, 0, 0, 0, 0, 0, 0, 0}, frame{}, errShort.Error()},
		"RSV1":               {[]byte{0xC1, 0}, frame{}, "reserved bits"},
		"RSV2":               {[]byte{0xA1, 0}, frame{}, "reserved bits"},
		"RSV3":               {[]byte{0x91, 0}, frame{}, "reserved bits"},
		"masked":             {[]byte{0x81, 0x80}, frame{}, "masked"},
		"fragmented ping":    {[]byte{0x09, 0}, frame{}, "control frame"},
		"long close":         {[]byte{0x88, 126, 0, 126}, frame{}, "control frame"},
		"opcode 3":           {[]byte{0x83, 0}, frame{}, "unknown opcode 0x3"},
		"opcode 11":          {[]byte{0x8B, 0}, frame{}, "unknown opcode 0xb"},
		"negative length":    {[]byte{0x81, 127, 0x80, 0, 0, 0, 0, 0, 0, 0}, frame{}, "highest bit"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := parseFrame(test.bytes)
			if test.err != "" {
				require.ErrorContains(t, err, test.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.want, got)
		})
	}
}

func TestParseClose(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		payload string
		want    error
	}{
		"no code":            {"", &closeError{code: 1005}},
		"code":               {"\x03\xe8", &closeError{code: 1000}},
		"code and reason":    {"\x0f\xa0bye", &closeError{code: 4000, reason: "bye"}},
		"bad gateway":        {"\x03\xf6", &closeError{code: 1014}},
		"half a code":        {"\x03", breach("a close frame with a broken payload")},
		"reason is no UTF-8": {"\x03\xe8\xff", notUTF8("the reason of a close frame", []byte("\xff"))},
		"reserved":           {"\x03\xec", breach("a close frame with code 1004, which must not be sent")},
		"no code, as a code": {"\x03\xed", breach("a close frame with code 1005, which must not be sent")},
		"no frame, as one":   {"\x03\xee", breach("a close frame with code 1006, which must not be sent")},
		"TLS":                {"\x03\xf7", breach("a close frame with code 1015, which must not be sent")},
		"below all":          {"\x03\xe7", breach("a close frame with code 999, which must not be sent")},
		"for the protocol":   {"\x0b\xb7", breach("a close frame with code 2999, which must not be sent")},
		"above all":          {"\x13\x88", breach("a close frame with code 5000, which must not be sent")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, test.want, parseClose([]byte(test.payload)))
		})
	}
	assert.Equal(t, "close code 1000", (&closeError{code: 1000}).Error())
	assert.Equal(t, "close code 4000 (bye)", (&closeError{code: 4000, reason: "bye"}).Error())
}

// Whatever the bytes are, a header is short, wrong, or one whose numbers make sense; and what was decided from the
// shortest beginning that is enough does not change when more comes.
func FuzzParseFrame(f *testing.F) {
	f.Add([]byte{0x81, 5})
	f.Add([]byte{0x81, 126, 1, 2})
	f.Add([]byte{0x81, 127, 0, 0, 0, 1, 0, 0, 0, 2})
	f.Add([]byte{0x88, 2, 3, 232})
	f.Fuzz(func(t *testing.T, p []byte) {
		whole, wholeErr := parseFrame(p)
		if wholeErr == nil {
			if whole.header < minHeaderSize || whole.header > len(p) || whole.size>>63 != 0 || (whole.isControl() && whole.size > maxControl) {
				t.Fatalf("%x: %+v", p, whole)
			}
		}
		for n := range p {
			part, err := parseFrame(p[:n])
			if err == errShort { //nolint:errorlint // parseFrame returns it as it is
				continue
			}
			if part != whole || (err == nil) != (wholeErr == nil) {
				t.Fatalf("%x: %+v, %v; but its first %d bytes: %+v, %v", p, whole, wholeErr, n, part, err)
			}
			return
		}
	})
}
