// Command cross checks that packages, and their tests, are right Go for another platform: GOOS and GOARCH of its environment, the
// packages of the module in whose folder it is called. It compiles nothing. What they import is read without the bodies of
// functions, so that it takes seconds where a compiler takes minutes.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/tools/go/packages"
)

func main() {
	here, err := os.Getwd()
	if err != nil {
		fmt.Fprintln(os.Stderr, "cross:", err)
		os.Exit(1)
	}
	wrong, checked, err := check(here, os.Environ())
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "cross:", err)
		os.Exit(1)
	case len(wrong) > 0:
		fmt.Fprintln(os.Stderr, strings.Join(wrong, "\n"))
		os.Exit(1)
	}
	fmt.Printf("%d packages are right\n", checked)
}

// check is what is wrong with the packages of the module in a folder, and how many it looked at.
func check(module string, env []string) (wrong []string, checked int, err error) {
	all, err := packages.Load(&packages.Config{
		Mode: packages.NeedName | packages.NeedFiles | packages.NeedCompiledGoFiles | packages.NeedImports | packages.NeedDeps |
			packages.NeedTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedTypesSizes,
		Dir: module, Env: env, Tests: true,
		ParseFile: func(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
			file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution)
			if file != nil && !strings.HasPrefix(name, module+string(filepath.Separator)) {
				withoutBodies(file)
			}
			return file, err
		},
	}, "./...")
	if err != nil {
		return nil, 0, fmt.Errorf("the packages of %s cannot be read: %w", module, err)
	}
	for _, p := range all {
		if strings.HasSuffix(p.ID, ".test") {
			continue // the main() of its tests, which go test makes
		}
		checked++
		for _, one := range p.Errors {
			wrong = append(wrong, one.Error())
		}
	}
	return wrong, checked, nil
}

// withoutBodies leaves of the functions of a file what others see of them.
func withoutBodies(file *ast.File) {
	for _, decl := range file.Decls {
		if function, is := decl.(*ast.FuncDecl); is {
			function.Body = nil
		}
	}
}
