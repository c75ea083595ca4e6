package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWhatIsWrongOnAnotherPlatformIsSaid: a file of that platform alone, also one of tests; and what is right is not.
func TestWhatIsWrongOnAnotherPlatformIsSaid(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		file, text, says string
	}{
		"right":                     {"a_windows.go", "package a\n\nimport \"syscall\"\n\nfunc handle() syscall.Handle { return 0 }\n", ""},
		"a call that is not there":  {"a_windows.go", "package a\n\nimport \"syscall\"\n\nfunc user() int { return syscall.Nice() }\n", "syscall.Nice"},
		"a type that does not fit":  {"a_windows.go", "package a\n\nfunc n() int { return \"one\" }\n", `"one"`},
		"a test":                    {"a_windows_test.go", "package a\n\nvar n int = \"one\"\n", `"one"`},
		"a test from outside":       {"a_windows_test.go", "package a_test\n\nimport \"a\"\n\nvar n = a.Nothing\n", "a.Nothing"},
		"of another platform again": {"a_darwin.go", "package a\n\nvar n int = \"one\"\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			for file, text := range map[string]string{"go.mod": "module a\n\ngo 1.26\n", "a.go": "package a\n", c.file: c.text} {
				if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			wrong, checked, err := check(dir, append(os.Environ(), "GOOS=windows", "GOARCH=amd64", "CGO_ENABLED=0", "GOFLAGS="))
			if err != nil || checked == 0 {
				t.Fatalf("%d packages: %v", checked, err)
			}
			if said := strings.Join(wrong, "\n"); (c.says == "") != (said == "") || !strings.Contains(said, c.says) {
				t.Errorf("it says %q, and should %q", said, c.says)
			}
		})
	}
}
