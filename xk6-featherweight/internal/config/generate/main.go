// Command generate writes what follows from the table of variables (.env.test.example, the list in docker-compose.yml and
// the tables in docs/configuration.md) and from the list of failure reasons (documents, types, the schema of summary.json,
// the live page). "make generate" calls it with the root of the repository.
package main

import (
	"fmt"
	"os"
)

// target is a file of the repository and how it is made of what it is now.
type target struct {
	path string
	make func(now string) (string, error)
}

func targets() []target {
	return append(reasonTargets(), []target{
		{".env.test.example", func(string) (string, error) { return envExample(), nil }},
		{"docker-compose.yml", func(now string) (string, error) { return between(now, composeBegin, composeEnd, composeList()) }},
		{"docs/configuration.md", func(now string) (string, error) { return between(now, documentBegin, documentEnd, documentTables()) }},
	}...)
}

func main() {
	root := "."
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	for _, t := range targets() {
		if err := t.write(root); err != nil {
			fmt.Fprintln(os.Stderr, "generate:", err)
			os.Exit(1)
		}
	}
}

// write leaves a file that is right already as it is.
func (t target) write(dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("%w: call it with the root of the repository", err)
	}
	defer func() { _ = root.Close() }()
	info, err := root.Stat(t.path)
	if err != nil {
		return fmt.Errorf("%w: call it with the root of the repository", err)
	}
	now, err := root.ReadFile(t.path)
	if err != nil {
		return err
	}
	text, err := t.make(string(now))
	if err != nil {
		return fmt.Errorf("%s: %w", t.path, err)
	}
	if text == string(now) {
		return nil
	}
	return root.WriteFile(t.path, []byte(text), info.Mode().Perm())
}
