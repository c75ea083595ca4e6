package config_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/featherweight/xk6-featherweight/internal/config"
)

// FuzzEnvLine: what is written as a line is read back, whatever it is; only a line break becomes a blank.
func FuzzEnvLine(f *testing.F) {
	for _, value := range []string{"", "5", "a b", `"x" 'y' \ $HOME $(id) # no`, "`id`", "a\nb\r\nc", " x ", "\ufeff", "a\x00b", "\xff", "#", "=", "'", `\`} {
		f.Add(value)
	}
	f.Fuzz(func(t *testing.T, value string) {
		line := config.EnvLine("CUSTOM_ARGS", value)
		require.NotContains(t, line, "\n")
		entries, err := config.ParseEntries("VUS=1\n"+line+"\nDURATION=5s", "f")
		if strings.ToValidUTF8(value, "") != value || strings.Contains(value, "\x00") {
			require.ErrorContains(t, err, "f line 2: ")
			return
		}
		require.NoError(t, err, "%q", line)
		want := strings.NewReplacer("\n", " ", "\r", " ").Replace(value)
		assert.Equal(t, []config.Entry{{Name: "VUS", Value: "1", Line: 1}, {Name: "CUSTOM_ARGS", Value: want, Line: 2}, {Name: "DURATION", Value: "5s", Line: 3}}, entries)
	})
}

// FuzzAValueIsWithinItsBoundsOrRefused: for every variable of the table, what is accepted is of its kind and within its
// bounds, read alike when it is written again; what is refused is one line, which shows no secret.
func FuzzAValueIsWithinItsBoundsOrRefused(f *testing.F) {
	for _, value := range []string{
		"5", "0", "-1", "1e3", "0.5", "5s", "1001h", "true", "http://u:s3cret@h/x?k=s3cret", "wss://h:1/", "/path", `a{b="c"}`, "PASS", "Cookie: a=b|X: y", "a\nb", strings.Repeat("9", 400),
	} {
		for at := range config.Variables() {
			f.Add(uint8(at), value)
		}
	}
	f.Fuzz(func(t *testing.T, at uint8, value string) {
		all := config.Variables()
		v := all[int(at)%len(all)]
		c, err := config.Read(map[string]string{v.Name: value}, config.Everyone)
		if err != nil {
			assert.Contains(t, err.Error(), v.Name)
			if long := strings.TrimSpace(value); v.Secret && len(long) > 12 && !strings.Contains(config.ShownValue(v.Name, long), long) {
				assert.NotContains(t, err.Error(), long)
			}
			return
		}
		again, err := config.Read(map[string]string{v.Name: strings.TrimSpace(value)}, config.Everyone)
		require.NoError(t, err)
		assert.Equal(t, c.Values(), again.Values())
		switch v.Kind { //nolint:exhaustive // the others have no bounds
		case config.KindInt:
			assertWithin(t, v, float64(c.Int(v.Name)), number)
		case config.KindNumber, config.KindRatio:
			assertWithin(t, v, c.Float(v.Name), number)
		case config.KindDuration:
			assertWithin(t, v, float64(c.Duration(v.Name)), nanoseconds)
		case config.KindEnum:
			assert.Contains(t, append(v.Allowed, v.Default), c.Text(v.Name))
		}
	})
}

func assertWithin(t *testing.T, v config.Variable, value float64, read func(string) (float64, error)) {
	t.Helper()
	for limit, within := range map[string]func(bound float64) bool{
		v.Min:   func(least float64) bool { return value >= least },
		v.Max:   func(most float64) bool { return value <= most },
		v.Above: func(below float64) bool { return value > below },
	} {
		if limit == "" {
			continue
		}
		bound, err := read(limit)
		require.NoError(t, err)
		assert.True(t, within(bound), "%s=%v", v.Name, value)
	}
}

func number(text string) (float64, error) { return strconv.ParseFloat(text, 64) }

func nanoseconds(text string) (float64, error) {
	d, err := time.ParseDuration(text)
	return float64(d), err
}
