// Package check reads dashboards as strictly as who draws them needs it. Every error is one line.
package check

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

var errNoPanel = errors.New("it has no panel")

type grafanaPanel struct {
	ID      int
	Type    string
	Title   string
	Targets []struct{ Expr string }
	Panels  []grafanaPanel // of a row that is closed
}

// Grafana says what is wrong with a dashboard that Grafana provisions from a file; nil when nothing is.
func Grafana(text []byte) error {
	var board struct {
		Dashboard     json.RawMessage
		Title, UID    string
		SchemaVersion int
		Panels        []grafanaPanel
	}
	if err := read(text, &board); err != nil {
		return err
	}
	switch {
	case board.Dashboard != nil:
		return errors.New(`the dashboard is wrapped in {"dashboard": ...}, which only the API understands: take the inner part`)
	case board.Title == "" || board.UID == "":
		return errors.New("a provisioned dashboard needs a title and a uid")
	case board.SchemaVersion == 0:
		return errors.New("schemaVersion is missing")
	}
	panels := board.Panels
	for _, row := range board.Panels {
		panels = slices.Concat(panels, row.Panels)
	}
	if len(panels) == 0 {
		return errNoPanel
	}
	ids := map[int]bool{}
	for _, panel := range panels {
		if ids[panel.ID] {
			return fmt.Errorf("two panels have the id %d", panel.ID)
		}
		ids[panel.ID] = true
		if err := panel.problem(); err != nil {
			return err
		}
	}
	return nil
}

func (p grafanaPanel) problem() error {
	asks := slices.ContainsFunc(p.Targets, func(target struct{ Expr string }) bool { return target.Expr != "" })
	switch {
	case p.Type == "":
		return fmt.Errorf("panel %d has no type", p.ID)
	case p.Type == "row", p.Type == "text":
		return nil
	case p.Title == "":
		return fmt.Errorf("panel %d has no title", p.ID)
	case !asks:
		return fmt.Errorf("panel %q has no query", p.Title)
	}
	return nil
}

// Layout says what is wrong with a layout of k6's web dashboard: tabs of sections of panels of series; nil when nothing is.
func Layout(text []byte) error {
	type panel struct {
		Title  string
		Series []struct{ Query string }
	}
	var layout struct {
		Tabs []struct{ Sections []struct{ Panels []panel } }
	}
	if err := read(text, &layout); err != nil {
		return err
	}
	var panels []panel
	for _, tab := range layout.Tabs {
		for _, section := range tab.Sections {
			panels = append(panels, section.Panels...)
		}
	}
	if len(panels) == 0 {
		return errNoPanel
	}
	for _, p := range panels {
		if p.Title == "" {
			return errors.New("a panel has no title")
		}
		if !slices.ContainsFunc(p.Series, func(series struct{ Query string }) bool { return series.Query != "" }) {
			return fmt.Errorf("panel %q has no query", p.Title)
		}
	}
	return nil
}

// read is json.Unmarshal with an error that tells a text that is no JSON from one that holds something else.
func read(text []byte, into any) error {
	err := json.Unmarshal(text, into)
	var other *json.UnmarshalTypeError
	switch {
	case errors.As(err, &other):
		return fmt.Errorf("%s is of a wrong JSON type: %s", cmp.Or(strings.ToLower(other.Field), "the whole"), other.Value)
	case err != nil:
		return fmt.Errorf("this is not JSON: %w", err)
	}
	return nil
}
