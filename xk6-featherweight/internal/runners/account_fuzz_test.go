package runners_test

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/runners"
	"github.com/featherweight/xk6-featherweight/internal/slo"
	"github.com/featherweight/xk6-featherweight/internal/slo/slotest"
)

// TestAnAccountOfAnotherVersionIsRefused: it lacks a limit that this version judges by.
func TestAnAccountOfAnotherVersionIsRefused(t *testing.T) {
	t.Parallel()
	for name := range slotest.Limits() {
		plan := slotest.Plan()
		delete(plan.Limits, name)
		text, err := runners.Account{Part: "0:1/2", Plan: plan}.JSON()
		require.NoError(t, err)
		if _, err = runners.Read(text); plan.Check() != nil {
			require.ErrorIs(t, err, runners.ErrForeign)
			assert.ErrorContains(t, err, "it is of another version: slo: there is no limit "+name)
		} else {
			assert.NoError(t, err, name)
		}
	}
	plan := slotest.Plan()
	delete(plan.Limits, "ERROR_RATE_THRESHOLD")
	assert.ErrorContains(t, plan.Check(), "ERROR_RATE_THRESHOLD")
	assert.NoError(t, slotest.Plan().Check())
}

// FuzzAnAccountIsReadOrRefused: whatever stands in runner.json, it is judged or refused, and never the end of the program.
func FuzzAnAccountIsReadOrRefused(f *testing.F) {
	for _, one := range someWorld(rand.New(rand.NewPCG(1, 12))).runners(f, slotest.Plan(), 3) {
		text, err := one.Account.JSON()
		require.NoError(f, err)
		f.Add(text)
		f.Add(bytes.Replace(text, []byte(`"N":`), []byte(`"N":-`), 1))
		f.Add(bytes.Replace(text, []byte(`"Metrics":`), []byte(`"metric":`), 1))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		account, err := runners.Read(text)
		if err != nil {
			return
		}
		all := []runners.Runner{{Name: "one", Account: account}}
		whole := runners.Join(all, time.Second)
		assert.Contains(t, []string{slo.PASS, slo.FAIL, slo.INVALID}, whole.Verdict.Verdict)
		_ = runners.Text(all)
		_, _ = whole.Summary.JSON()
		_ = whole.Flows()
	})
}
