// Command generate writes what is made from the objectives and from Go: the rules of the verdict in monitoring/recording-rules.yml, and
// dashboards/testing.json. It takes the folder of the repository, by default the one that it is in.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	root := flag.String("root", "../..", "the folder of the repository")
	flag.Parse()
	if err := write(*root); err != nil {
		fmt.Fprintln(os.Stderr, "generate:", err)
		os.Exit(1)
	}
}

// write all files below root.
func write(root string) error {
	made, err := files(root)
	if err != nil {
		return err
	}
	for name, text := range made {
		if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o644); err != nil { //nolint:gosec // they are meant to be read
			return err
		}
	}
	return nil
}

// files are all that is made, by their names below root.
func files(root string) (map[string]string, error) {
	const rules = "monitoring/recording-rules.yml"
	text, err := os.ReadFile(filepath.Join(root, rules))
	if err != nil {
		return nil, err
	}
	verdict, err := withVerdict(string(text))
	if err != nil {
		return nil, err
	}
	board, err := testBoard()
	if err != nil {
		return nil, fmt.Errorf("the dashboard: %w", err)
	}
	return map[string]string{rules: verdict, "dashboards/testing.json": board}, nil
}
