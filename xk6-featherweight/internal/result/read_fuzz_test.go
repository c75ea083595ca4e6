package result_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/result"
)

// FuzzReadSummary: what is taken for a summary says what any reader of JSON sees in it, survives being written, and can be
// told; what is not taken is refused in one short line.
func FuzzReadSummary(f *testing.F) {
	kept, err := filepath.Glob("testdata/*.json")
	require.NoError(f, err)
	for _, file := range kept {
		text, err := os.ReadFile(file)
		require.NoError(f, err)
		if !strings.HasSuffix(file, ".data.json") {
			f.Add(text)
		}
	}
	for _, text := range []string{``, `{}`, `[]`, `{"schema":"` + result.Schema + `","verdict":"PASS"}`, `{"schema":"` + result.Schema + `","verdict":"pass"}`, strings.Repeat(`{"schema":`, 20_000)} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := result.ReadSummary(text)
		if err != nil {
			require.ErrorIs(t, err, result.ErrSummary)
			assert.NotContains(t, err.Error(), "\n")
			assert.Less(t, len(err.Error()), 700)
			return
		}
		assert.Contains(t, []string{"PASS", "FAIL", "INVALID"}, s.Verdict)
		again, err := json.Marshal(s)
		require.NoError(t, err)
		reread, err := result.ReadSummary(again)
		require.NoError(t, err)
		written, err := json.Marshal(reread)
		require.NoError(t, err)
		assert.JSONEq(t, string(again), string(written))
	})
}
