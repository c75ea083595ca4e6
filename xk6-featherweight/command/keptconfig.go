package command

import (
	"fmt"
	"os"
	"strings"

	"github.com/featherweight/xk6-featherweight/internal/config"
	"github.com/featherweight/xk6-featherweight/internal/run"
)

// keptConfig is config.env of a run: what was in force, and who said so. It can be read as .env.test.
func keptConfig(settings config.Settings) string {
	var b strings.Builder
	b.WriteString("# What was in force, and who said so. Secrets are hidden.\n")
	for _, s := range settings {
		fmt.Fprintf(&b, "%s # %s\n", config.EnvLine(s.Name, s.Shown()), s.Origin)
	}
	return b.String()
}

// keptWords are the NAME=value that give a run of now the values of an earlier one, and the names of those that were
// hidden, and so not kept, and are not set now.
func (d *door) keptWords(folder run.Folder) (words, lost []string, err error) {
	text, err := os.ReadFile(folder.File(run.ConfigFile))
	if err != nil {
		return nil, nil, err
	}
	entries, err := config.ParseEntries(string(text), folder.File(run.ConfigFile))
	if err != nil {
		return nil, nil, err
	}
	for _, entry := range entries {
		now := d.settings.Get(entry.Name)
		switch {
		case entry.Value == now.Shown():
		case entry.Value == config.ShownValue(entry.Name, entry.Value) && entry.Value != "(hidden)":
			words = append(words, entry.Name+"="+entry.Value)
		case !now.IsChanged():
			lost = append(lost, entry.Name)
		}
	}
	return words, lost, nil
}
