package config_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

func TestEveryDefaultOfTheTableIsItselfAllowed(t *testing.T) {
	t.Parallel()
	for _, v := range config.Variables() {
		if v.Default == "" {
			continue
		}
		_, ok := v.Parse(v.Default)
		assert.True(t, ok, v.Name)
	}
	for _, reader := range append(config.Readers(), config.Everyone) {
		_, err := config.Read(nil, reader)
		assert.NoError(t, err, reader)
	}
}

func TestNamesInTheTableAreUniqueAndEveryReaderIsKnown(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, v := range config.Variables() {
		assert.False(t, seen[v.Name], v.Name)
		seen[v.Name] = true
		assert.NotEmpty(t, v.Readers, v.Name)
		assert.NotEmpty(t, v.Meaning, v.Name)
		for _, reader := range v.Readers {
			assert.True(t, slices.Contains(config.Readers(), reader), "%s: %s", v.Name, reader)
		}
	}
	assert.Len(t, seen, len(config.Variables()))
}

func TestARowHasTheLimitsOfItsKindAndNoOthers(t *testing.T) {
	t.Parallel()
	for _, v := range config.Variables() {
		numeric := slices.Contains([]config.Kind{config.KindInt, config.KindNumber, config.KindRatio, config.KindDuration}, v.Kind)
		assert.Equal(t, numeric, v.Max != "" && (v.Min != "" || v.Above != ""), v.Name)
		assert.Equal(t, v.Kind == config.KindEnum, len(v.Allowed) > 0, v.Name)
		assert.Equal(t, v.Kind == config.KindURL, len(v.Schemes) > 0, v.Name)
		if numeric {
			assert.NotEmpty(t, v.Default, "%s: nothing is no number", v.Name)
			_, ok := v.Parse(v.Max)
			assert.True(t, ok, "%s: its maximum", v.Name)
		}
	}
}
