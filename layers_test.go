package mayday_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const module = "mayday"

// room is a package of the house. Its imports point to lower levels only.
type room struct {
	level int
	// only, unless nil, is all that the room may import of this module; it may name a sibling.
	only []string
	// forTests: the tests of every room may import it, at whatever level it stands.
	forTests bool
	// testsOnly: nothing but tests may import it.
	testsOnly bool
	// forAll: every room may import it, whatever else it may.
	forAll bool
}

// nothing of this module may be imported.
var nothing = []string{}

var rooms = map[string]room{
	"incident":           {level: 0},
	"figures":            {level: 0, only: nothing, forTests: true, testsOnly: true}, // what benchmarks promise
	"browser":            {level: 0, only: nothing, forTests: true, testsOnly: true}, // a page in a real Chromium
	"effort":             {level: 0, only: nothing, forTests: true, testsOnly: true}, // how much a test tries
	"lazyregexp":         {level: 0, only: nothing, forAll: true},                    // regular expressions, compiled when they are used
	"playbooks/outline":  {level: 0, only: nothing},                                  // knows Markdown and nothing of incidents
	"playbooks/reading":  {level: 1, only: []string{"playbooks/outline"}},
	"routine":            {level: 0, only: nothing},                         // decides the rounds of checklists, as incident decides incidents
	"calendar":           {level: 0, only: nothing},                         // reads iCalendars
	"tally":              {level: 1, only: []string{"incident", "routine"}}, // counts what a digest tells
	"holidays":           {level: 2, only: []string{"calendar", "routine"}},
	"oncall":             {level: 0, only: []string{"calendar"}}, // decides who is on call
	"playbooks":          {level: 1, only: []string{"incident", "routine", "oncall", "playbooks/outline", "playbooks/reading"}},
	"playbooks/page":     {level: 2, only: []string{"playbooks"}}, // draws what playbooks understood
	"bot":                {level: 2, only: nothing},               // Slack without incidents
	"bot/blocks":         {level: 2, only: []string{"incident", "routine", "oncall", "playbooks", "tally"}},
	"store":              {level: 2},
	"store/localpg":      {level: 2, only: nothing, forTests: true},
	"store/storetest":    {level: 2, only: []string{"store/localpg"}, forTests: true, testsOnly: true},
	"diagnostics":        {level: 2},
	"diagnostics/sample": {level: 2, only: []string{"diagnostics"}, forTests: true},
	"probes":             {level: 2, only: []string{"incident"}}, // so that nothing of ours is in reach of an address that a runbook names
	"postmortem":         {level: 2},
	"statuspage":         {level: 2, only: []string{"bot", "incident"}}, // what customers read; of bot the Secret alone
	"alerts":             {level: 2, only: []string{"incident"}},        // what strangers post touches nothing of ours
	"schedulers":         {level: 2, only: []string{"oncall"}},          // other tools that say who is on call
	"methods":            {level: 2, only: []string{"incident"}},        // services to which people's numbers go touch nothing of ours
	"handlers":           {level: 3},
	"workers":            {level: 3},
	"sim/wire":           {level: 3, only: nothing},
	"sim/slack":          {level: 3, only: []string{"sim/wire"}, forTests: true},
	"sim/github":         {level: 3, only: []string{"sim/wire"}, forTests: true},
	"sim/statuspage":     {level: 3, only: []string{"sim/wire"}, forTests: true},
	"sim/phones":         {level: 3, only: []string{"sim/wire"}, forTests: true},
	"sim/page":           {level: 3, only: []string{"sim/github", "sim/slack", "sim/wire"}, forTests: true},
	"sim/schedulers":     {level: 3, only: []string{"sim/wire"}, forTests: true},
	"cmd/mayday":         {level: 4}, // with all packages below it
	"stories":            {level: 5, testsOnly: true},
	"chaos":              {level: 5, testsOnly: true},
	".":                  {level: 6, testsOnly: true}, // this test
}

// impure is what a room that only decides has no use for.
var impure = []string{"os", "net", "syscall", "database", "math/rand", "crypto/rand", "log", "runtime"}

// file is what the rules look at in one Go file.
type file struct {
	pkg     string // path of its package below the module, "." for the root
	name    string
	imports []string
	calls   []string // calls of package functions, "time.Now"
}

func (f file) isTest() bool { return strings.HasSuffix(f.name, "_test.go") }

// roomOf finds the room of a package, with what lies below cmd/mayday counted as one floor.
func roomOf(pkg string) (room, bool) {
	if strings.HasPrefix(pkg, "cmd/mayday/") {
		return rooms["cmd/mayday"], true
	}
	r, ok := rooms[pkg]
	return r, ok
}

// judge lists what is wrong with the imports and calls of a file, in words.
func judge(f file) []string {
	from, ok := roomOf(f.pkg)
	if !ok {
		return []string{fmt.Sprintf("%s/%s: no room is called %q; see rooms in layers_test.go", f.pkg, f.name, f.pkg)}
	}
	var wrong []string
	say := func(format string, args ...any) {
		wrong = append(wrong, path.Join(f.pkg, f.name)+": "+fmt.Sprintf(format, args...))
	}
	if f.pkg == "." && !f.isTest() {
		say("the root holds no code")
	}
	for _, imported := range f.imports {
		if target, ours := strings.CutPrefix(imported, module+"/"); ours {
			if reason := mayNotImport(f, from, target); reason != "" {
				say("imports %s: %s", target, reason)
			}
		} else if decides(f.pkg) && !f.isTest() && !isPure(imported) {
			say("imports %s: %s decides with pure parts of the standard library only", imported, f.pkg)
		}
	}
	for _, call := range f.calls {
		if decides(f.pkg) && !f.isTest() && slices.Contains([]string{"time.Now", "time.Since", "time.Until"}, call) {
			say("calls %s: time is an argument", call)
		}
	}
	return wrong
}

// decides reports whether a package is one that only decides.
func decides(pkg string) bool { return pkg == "incident" || pkg == "routine" }

// mayNotImport says why a file may not import a package of this module; empty when it may.
func mayNotImport(f file, from room, target string) string {
	to, ok := roomOf(target)
	inCmd := strings.HasPrefix(target, "cmd/mayday/")
	switch {
	case !ok:
		return "no such room"
	case to.forAll, f.isTest() && (target == f.pkg || to.forTests):
		return ""
	case to.testsOnly && !from.testsOnly:
		return "it is for tests only"
	case from.only != nil && !f.isTest() && !slices.Contains(from.only, target):
		return "this room may import nothing but " + fmt.Sprint(from.only)
	case from.only != nil && slices.Contains(from.only, target):
		return ""
	case f.pkg == "cmd/mayday" && inCmd:
		return ""
	case to.level > from.level:
		return "imports point down"
	case to.level == from.level:
		return "siblings do not import each other"
	}
	return ""
}

// isPure tells whether a path is of the standard library and touches nothing outside the program.
func isPure(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	if strings.Contains(first, ".") {
		return false
	}
	return !slices.ContainsFunc(impure, func(p string) bool {
		return imported == p || strings.HasPrefix(imported, p+"/")
	})
}

// readFile finds the imports and calls of a Go file, whatever its build tags.
func readFile(root, pkg, name string) (file, error) {
	parsed, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, pkg, name), nil, parser.SkipObjectResolution)
	if err != nil {
		return file{}, err
	}
	f := file{pkg: pkg, name: name}
	for _, spec := range parsed.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return file{}, err
		}
		f.imports = append(f.imports, imported)
	}
	ast.Inspect(parsed, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok {
				f.calls = append(f.calls, x.Name+"."+sel.Sel.Name)
			}
		}
		return true
	})
	return f, nil
}

// readModule reads every Go file below root, other modules and testdata left out.
func readModule(root string) (files []file, err error) {
	err = filepath.WalkDir(root, func(at string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		pkg, err := filepath.Rel(root, filepath.Dir(at))
		if err != nil {
			return err
		}
		if d.IsDir() {
			_, err := os.Stat(filepath.Join(at, "go.mod"))
			if at != root && (err == nil || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".")) {
				return fs.SkipDir
			}
			return nil
		}
		if !strings.HasSuffix(at, ".go") {
			return nil
		}
		f, err := readFile(root, filepath.ToSlash(pkg), d.Name())
		files = append(files, f)
		return err
	})
	return files, err
}

func TestLayers(t *testing.T) {
	files, err := readModule(".")
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, f := range files {
		seen[f.pkg] = true
		for _, wrong := range judge(f) {
			t.Error(wrong)
		}
	}
	assert.True(t, seen["incident"] && seen["store/localpg"] && seen["."], "the walk misses packages: %v", seen)
}

func TestJudge(t *testing.T) {
	for name, c := range map[string]struct {
		in   file
		want string // empty: nothing is wrong
	}{
		"down":                           {file{"handlers", "a.go", []string{"mayday/store", "mayday/incident", "github.com/x/y"}, nil}, ""},
		"down to blocks":                 {file{"workers", "a.go", []string{"mayday/bot/blocks", "mayday/bot"}, nil}, ""},
		"cmd imports all":                {file{"cmd/mayday", "a.go", []string{"mayday/workers", "mayday/sim/slack", "mayday/store/localpg"}, nil}, ""},
		"cmd imports its parts":          {file{"cmd/mayday", "a.go", []string{"mayday/cmd/mayday/config"}, nil}, ""},
		"a part of cmd imports":          {file{"cmd/mayday/config", "a.go", []string{"mayday/playbooks"}, nil}, ""},
		"blocks know incidents":          {file{"bot/blocks", "a.go", []string{"mayday/incident", "mayday/playbooks"}, nil}, ""},
		"storetest runs localpg":         {file{"store/storetest", "a.go", []string{"mayday/store/localpg"}, nil}, ""},
		"tests use storetest":            {file{"diagnostics", "a_test.go", []string{"mayday/store/storetest", "mayday/diagnostics/sample"}, nil}, ""},
		"the sample knows its parent":    {file{"diagnostics/sample", "a.go", []string{"mayday/diagnostics"}, nil}, ""},
		"tests use the simulator":        {file{"bot", "a_test.go", []string{"mayday/bot", "mayday/sim/slack"}, nil}, ""},
		"stories import all":             {file{"stories", "a_test.go", []string{"mayday/cmd/mayday", "mayday/store/storetest"}, nil}, ""},
		"incident uses pure parts":       {file{"incident", "a.go", []string{"time", "encoding/json", "strings"}, []string{"time.Duration"}}, ""},
		"all use what is for all":        {file{"routine", "a.go", []string{"mayday/lazyregexp"}, nil}, ""},
		"tests of incident use anything": {file{"incident", "a_test.go", []string{"pgregory.net/rapid", "os"}, []string{"time.Now"}}, ""},

		"up":                            {file{"store", "a.go", []string{"mayday/handlers"}, nil}, "imports handlers: imports point down"},
		"up from the ground":            {file{"incident", "a.go", []string{"mayday/playbooks"}, nil}, "imports point down"},
		"up in a test":                  {file{"store", "a_test.go", []string{"mayday/workers"}, nil}, "imports point down"},
		"sideways":                      {file{"handlers", "a.go", []string{"mayday/workers"}, nil}, "siblings"},
		"sideways in a test":            {file{"workers", "a_test.go", []string{"mayday/handlers"}, nil}, "siblings"},
		"sideways to a sub-room":        {file{"store", "a.go", []string{"mayday/store/localpg"}, nil}, "siblings"},
		"parts of cmd know no other":    {file{"cmd/mayday/config", "a.go", []string{"mayday/cmd/mayday/demo"}, nil}, "siblings"},
		"bot knows no incidents":        {file{"bot", "a.go", []string{"mayday/incident"}, nil}, "may import nothing but []"},
		"the simulator knows nobody":    {file{"sim/slack", "a.go", []string{"mayday/bot"}, nil}, "may import nothing but [sim/wire]"},
		"Slack knows no GitHub":         {file{"sim/slack", "a.go", []string{"mayday/sim/github"}, nil}, "may import nothing but [sim/wire]"},
		"only the page knows both":      {file{"sim/page", "a.go", []string{"mayday/postmortem"}, nil}, "may import nothing but [sim/github sim/slack sim/wire]"},
		"blocks know no store":          {file{"bot/blocks", "a.go", []string{"mayday/store"}, nil}, "may import nothing but [incident routine oncall playbooks tally]"},
		"alerts know no store":          {file{"alerts", "a.go", []string{"mayday/store"}, nil}, "may import nothing but [incident]"},
		"storetest in the program":      {file{"cmd/mayday", "a.go", []string{"mayday/store/storetest"}, nil}, "for tests only"},
		"nobody imports stories":        {file{"cmd/mayday", "a.go", []string{"mayday/stories"}, nil}, "for tests only"},
		"an unknown room":               {file{"util", "a.go", nil, nil}, `no room is called "util"`},
		"an unknown room below another": {file{"store/models", "a.go", nil, nil}, "no room is called"},
		"an unknown target":             {file{"handlers", "a.go", []string{"mayday/gone"}, nil}, "no such room"},
		"code in the root":              {file{".", "main.go", nil, nil}, "the root holds no code"},
		"incident with a library":       {file{"incident", "a.go", []string{"github.com/google/uuid"}, nil}, "pure parts of the standard library"},
		"incident reaches out":          {file{"incident", "a.go", []string{"net/http"}, nil}, "pure parts of the standard library"},
		"routine with a library":        {file{"routine", "a.go", []string{"github.com/google/uuid"}, nil}, "routine decides with pure parts of the standard library"},
		"what is for all knows nobody":  {file{"lazyregexp", "a.go", []string{"mayday/incident"}, nil}, "may import nothing but []"},
		"routine knows no incidents":    {file{"routine", "a.go", []string{"mayday/incident"}, nil}, "may import nothing but []"},
		"incident looks at the clock":   {file{"incident", "a.go", []string{"time"}, []string{"time.Now"}}, "time is an argument"},
	} {
		t.Run(name, func(t *testing.T) {
			wrong := judge(c.in)
			if c.want == "" {
				assert.Empty(t, wrong)
				return
			}
			require.Len(t, wrong, 1)
			assert.Contains(t, wrong[0], c.want)
		})
	}
}

func TestReadModule(t *testing.T) {
	root := t.TempDir()
	for name, content := range map[string]string{
		"store/a_windows.go":       "package store\n\nimport \"mayday/workers\"\n",
		"incident/now.go":          "package incident\n\nimport \"time\"\n\nvar now = time.Now\n",
		"store/testdata/broken.go": "not Go at all",
		"tools/go.mod":             "module other",
		"tools/tools.go":           "package tools\n",
		".cache/hidden.go":         "not Go either",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(root, name), []byte(content), 0o644))
	}
	files, err := readModule(root)
	require.NoError(t, err)
	assert.ElementsMatch(t, []file{
		{"store", "a_windows.go", []string{"mayday/workers"}, nil},
		{"incident", "now.go", []string{"time"}, []string{"time.Now"}},
	}, files)
}
