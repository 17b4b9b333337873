package mayday_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// eager may compile regular expressions with package regexp, and inFunctions may make lazy ones in a function.
var (
	eager = []string{
		"lazyregexp/lazyregexp.go",   // it is what the others use instead
		"diagnostics/settingrows.go", // Compile: the expression is a person's
	}
	inFunctions = []string{
		"playbooks/glance.go", // it is called by variables only
	}
)

// misplaced lists where a file compiles a regular expression while the program starts or more than once: everywhere but
// in lazyregexp.New in a variable of the package, which is made once and compiled when it is used.
func misplaced(name string, parsed *ast.File) []string {
	var wrong []string
	of := func(n ast.Node) string {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok {
				return x.Name + "." + sel.Sel.Name
			}
		}
		return ""
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		switch of(n) {
		case "regexp.MustCompile", "regexp.Compile", "regexp.MustCompilePOSIX", "regexp.CompilePOSIX", "regexp.MatchString", "regexp.Match":
			if !slices.Contains(eager, name) {
				wrong = append(wrong, name+": "+of(n)+": a variable of the package with lazyregexp.New compiles it once, when it is used")
			}
		}
		return true
	})
	for _, d := range parsed.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || slices.Contains(inFunctions, name) {
			continue
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if of(n) == "lazyregexp.New" {
				wrong = append(wrong, name+": "+f.Name.Name+" makes a regular expression with every call: make it a variable of the package")
			}
			return true
		})
	}
	return wrong
}

func TestExpressions(t *testing.T) {
	files, err := readModule(".")
	require.NoError(t, err)
	lazy := 0
	for _, f := range files {
		if f.isTest() {
			continue
		}
		name := path.Join(f.pkg, f.name)
		parsed, err := parser.ParseFile(token.NewFileSet(), filepath.FromSlash(name), nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		for _, wrong := range misplaced(name, parsed) {
			t.Error(wrong)
		}
		if slices.Contains(f.calls, "lazyregexp.New") {
			lazy++
		}
	}
	assert.Greater(t, lazy, 50, "the walk misses files")
}

func TestMisplaced(t *testing.T) {
	for name, c := range map[string]struct {
		code string
		want string // empty: nothing is wrong
	}{
		"a variable":        {"var x = lazyregexp.New(`a`)", ""},
		"a table":           {"var x = []*lazyregexp.Regexp{lazyregexp.New(`a`)}", ""},
		"quoting":           {"func f(s string) string { return regexp.QuoteMeta(s) }", ""},
		"at the start":      {"var x = regexp.MustCompile(`a`)", "regexp.MustCompile"},
		"in a function":     {"func f() { regexp.MustCompile(`a`) }", "regexp.MustCompile"},
		"at every call":     {"func f() { lazyregexp.New(`a`) }", "f makes a regular expression with every call"},
		"without a panic":   {"var x, _ = regexp.Compile(`a`)", "regexp.Compile"},
		"in one expression": {"func f(s string) (bool, error) { return regexp.MatchString(`a`, s) }", "regexp.MatchString"},
	} {
		t.Run(name, func(t *testing.T) {
			parsed, err := parser.ParseFile(token.NewFileSet(), "a.go", "package a\n"+c.code, parser.SkipObjectResolution)
			require.NoError(t, err)
			wrong := misplaced("a.go", parsed)
			if c.want == "" {
				assert.Empty(t, wrong)
				return
			}
			require.Len(t, wrong, 1)
			assert.Contains(t, wrong[0], c.want)
		})
	}
}
