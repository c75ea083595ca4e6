package fwhz

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/load"
)

func TestALongRunSaysWhatItKeepsOnlyWhereThatMatters(t *testing.T) {
	t.Parallel()
	day := load.Shape{Total: 24 * time.Hour}
	const said = "k6 keeps the times of every turn until the end of the run: 24h0m0s are up to 43.2 million turns, and about "
	const remedy = ": shorten DURATION or lower VUS, several shorter runs tell the same"
	for _, test := range []struct {
		bytes, have float64
		known       bool
		want        string
	}{
		{0.2 * gib, 0.9 * gib, true, ""},
		{0.2 * gib, 0, false, ""},
		{0.2 * gib, 0.7 * gib, true, said + "0.2 GiB of the 0.7 GiB available" + remedy},
		{1.5 * gib, 64 * gib, true, said + "1.5 GiB of the 64.0 GiB available"},
		{1.5 * gib, 0, false, said + "1.5 GiB of memory"},
		{6 * gib, 4 * gib, true, said + "6.0 GiB of the 4.0 GiB available" + remedy},
	} {
		assert.Equal(t, test.want, memoryWarning(load.Kept{Turns: 43.2e6, Bytes: test.bytes}, day, test.have, test.known, "available"))
	}
}

func TestOutputsThatKeepEveryTimeOnceMoreCount(t *testing.T) {
	t.Parallel()
	assert.Zero(t, keepers(map[string]string{"K6_WEB_DASHBOARD": "false"}))
	assert.Equal(t, 2, keepers(map[string]string{"K6_WEB_DASHBOARD": "true", "K6_PROMETHEUS_RW_SERVER_URL": "http://localhost:9090/api/v1/write"}))
}
