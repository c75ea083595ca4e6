package scrape

import (
	"testing"

	"github.com/prometheus/common/model"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestASelectorIsReadAsPrometheusWritesIt(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Selector{
		"turns_total":                     {Name: "turns_total", Labels: model.LabelSet{}},
		"  turns_total ":                  {Name: "turns_total", Labels: model.LabelSet{}},
		"ns:turns:total":                  {Name: "ns:turns:total", Labels: model.LabelSet{}},
		`turns_total{app="a"}`:            {Name: "turns_total", Labels: model.LabelSet{"app": "a"}},
		`turns_total{ app = "a", b="c" }`: {Name: "turns_total", Labels: model.LabelSet{"app": "a", "b": "c"}},
		`turns_total{app="x } \" \\ y"}`:  {Name: "turns_total", Labels: model.LabelSet{"app": `x } " \ y`}},
		"turns_total{a=\"\x01ü\"}":        {Name: "turns_total", Labels: model.LabelSet{"a": "\x01ü"}},
		`{"my.loop.ticks"}`:               {Name: "my.loop.ticks", Labels: model.LabelSet{}},
		`{"my.loop.ticks",app="a"}`:       {Name: "my.loop.ticks", Labels: model.LabelSet{"app": "a"}},
		`{ "say \"hi\" {}", "a.b"="c" }`:  {Name: `say "hi" {}`, Labels: model.LabelSet{"a.b": "c"}},
		`{"turns_total",a="b"}`:           {Name: "turns_total", Labels: model.LabelSet{"a": "b"}},
		`turns_total{"a.b"="c"}`:          {Name: "turns_total", Labels: model.LabelSet{"a.b": "c"}},
		`turns_total{}`:                   {Name: "turns_total", Labels: model.LabelSet{}},
	} {
		got, err := ParseSelector(text)
		require.NoError(t, err, text)
		assert.Equal(t, want, got, text)
		again, err := ParseSelector(got.String())
		require.NoError(t, err, "its own writing: %s", got)
		assert.Equal(t, got, again)
	}
}

func TestWhatNamesNoSeriesIsRejectedWithWhatIsAllowed(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "  ", "5", "turns total", "turns-total", "turns_total 5", "turns_total 0", "turns_total 5 6", `turns_total{a="b"} 5`,
		"turns_total{", "turns_total{a}", "turns_total{a=b}", `turns_total{a!="b"}`, `turns_total{a=~"b.*"}`, `turns_total{a="b",a="c"}`,
		`{__name__="turns_total"}`, "rate(turns_total[1m])", "# HELP turns_total", "a\nb", "turns_total 1\n# x", "turns_total 0\nturns_total",
		`{}`, `{a="b"}`, `{""}`, `{"a"`, `{"a"} 5`, `{"a","b"}`, `a{"b"}`, `{"a":1}`,
	} {
		_, err := ParseSelector(text)
		require.Error(t, err, "%q", text)
		assert.Contains(t, err.Error(), `allowed: name or name{label="value"}`)
		assert.NotContains(t, err.Error(), "\n")
	}
}

func TestASelectorsLabelsAreWrittenInOrder(t *testing.T) {
	t.Parallel()
	s := Selector{Name: "t", Labels: model.LabelSet{"b": "2", "a": "1", "c": "x\"y"}}
	assert.Equal(t, `t{a="1",b="2",c="x\"y"}`, s.String())
	assert.Equal(t, "t", Selector{Name: "t"}.String())
}
