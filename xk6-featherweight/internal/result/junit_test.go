package result_test

import (
	"encoding/xml"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/result"
)

// flaw is why a test case is not green, twice: some viewers show the attribute, GitLab the text alone.
type flaw struct {
	Attribute string `xml:"message,attr"`
	Text      string `xml:",chardata"`
}

func TestEveryViewerOfJUnitShowsWhy(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"failed", "empty", "comprehensive"} {
		run := load(t, name).summary
		var file struct {
			Cases []struct {
				Name    string `xml:"name,attr"`
				Failure *flaw  `xml:"failure"`
				Error   *flaw  `xml:"error"`
				Skipped *flaw  `xml:"skipped"`
			} `xml:"testsuite>testcase"`
		}
		require.NoError(t, xml.Unmarshal([]byte(result.JUnit(run)), &file))
		why := map[string]string{}
		for _, one := range file.Cases {
			for _, found := range []*flaw{one.Failure, one.Error, one.Skipped} {
				if found != nil {
					assert.Equal(t, found.Attribute, found.Text, one.Name)
					why[one.Name] = found.Text
				}
			}
		}
		assert.NotEmpty(t, why, name)
		for _, one := range run.SLOs {
			if told, found := why[one.Name]; found {
				assert.Equal(t, one.Why, told, one.Name)
			}
		}
	}
}
