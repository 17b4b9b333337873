package handlers

import (
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot/blocks"
	"mayday/incident"
)

// source is the Go code of one package: where each function and effect stands, and
// what each file calls of which package.
type source struct {
	funcs    map[string]*ast.FuncDecl // by name, methods as "Type.Name"
	fileOf   map[string]string        // of the same names
	calls    map[string][]string      // file → "incident.Resolve"
	mentions map[string][]string      // file → types of parameters, "incident.SendPage"
}

func readSource(t *testing.T, dir string) source {
	t.Helper()
	s := source{map[string]*ast.FuncDecl{}, map[string]string{}, map[string][]string{}, map[string][]string{}}
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, path := range paths {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		s.read(strings.TrimSuffix(filepath.Base(path), ".go"), f)
	}
	require.NotEmpty(t, s.funcs, dir)
	return s
}

func (s source) read(file string, f *ast.File) {
	for _, d := range f.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok {
			continue
		}
		name := receiver(fn) + fn.Name.Name
		s.funcs[name], s.fileOf[name] = fn, file
		for _, p := range fn.Type.Params.List {
			if q, ok := p.Type.(*ast.SelectorExpr); ok {
				s.mentions[file] = append(s.mentions[file], qualified(q))
			}
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok {
			if q, ok := call.Fun.(*ast.SelectorExpr); ok && qualified(q) != "" {
				s.calls[file] = append(s.calls[file], qualified(q))
			}
		}
		return true
	})
}

func receiver(fn *ast.FuncDecl) string {
	if fn.Recv == nil {
		return ""
	}
	switch r := fn.Recv.List[0].Type.(type) {
	case *ast.Ident:
		return r.Name + "."
	case *ast.StarExpr:
		if i, ok := r.X.(*ast.Ident); ok {
			return i.Name + "."
		}
	}
	return "?."
}

func qualified(q *ast.SelectorExpr) string {
	if x, ok := q.X.(*ast.Ident); ok {
		return x.Name + "." + q.Sel.Name
	}
	return ""
}

// decides reports whether a function of incident is a verb: it returns a Change.
func decides(fn *ast.FuncDecl) bool {
	if fn == nil || fn.Type.Results == nil {
		return false
	}
	r, ok := fn.Type.Results.List[0].Type.(*ast.Ident)
	return ok && r.Name == "Change"
}

// commandNames are the commands that help lists. Every other verb is a short form of one.
func commandNames() (names []string) {
	for _, c := range blocks.Commands {
		names = append(names, c.Name)
	}
	return names
}

// carriedOut is the function that each verb is carried out by.
func carriedOut(t *testing.T) map[string]any {
	all := map[string]any{}
	for verb, do := range onIncident {
		all[verb] = do
	}
	for verb, do := range aboutNone {
		assert.NotContains(t, all, verb)
		all[verb] = do
	}
	for verb, do := range atHand {
		assert.NotContains(t, all, verb)
		all[verb] = do
	}
	return all
}

func TestEveryVerbIsCarriedOut(t *testing.T) {
	all := carriedOut(t)
	meant := map[string]bool{}
	for word, verb := range verbs {
		meant[verb] = true
		assert.NotNil(t, all[verb], "the word %q means %q, which nothing carries out", word, verb)
	}
	for verb := range all {
		assert.True(t, meant[verb], "no word means %q", verb)
	}
	for _, name := range commandNames() {
		assert.NotNil(t, all[name], "help lists %q, which nothing carries out", name)
	}
}

// What shows an incident as it stands is a command on one, which without more words changes nothing.
func TestWhatIsShownAtSightChangesNothing(t *testing.T) {
	for verb := range atSight {
		assert.NotNil(t, onIncident[verb], verb)
		assert.Equal(t, incident.Seeing, deedOf(line{verb: verb}), verb)
	}
}

// A stranger looks for what a typed word does in the file of that name, in each room.
func TestWhatACommandDoesIsFoundByItsName(t *testing.T) {
	t.Parallel()
	commands := commandNames()
	for verb, do := range carriedOut(t) {
		path, _ := runtime.FuncForPC(reflect.ValueOf(do).Pointer()).FileLine(reflect.ValueOf(do).Pointer())
		file := strings.TrimSuffix(filepath.Base(path), ".go")
		if slices.Contains(commands, verb) {
			assert.Equal(t, verb, file, "/incident %s is carried out in handlers/%s.go", verb, file)
		} else {
			assert.Contains(t, commands, file, "%s is a short form of no command: it is carried out in handlers/%s.go", verb, file)
		}
	}
	here, decisions, words := readSource(t, "."), readSource(t, "../incident"), readSource(t, "../bot/blocks")
	// Answers that many commands share.
	shared := []string{"answer", "card", "chart", "recorded", "refused"}
	decided := 0
	for _, name := range commands {
		var at []string
		for _, call := range here.calls[name] {
			if verb, ok := strings.CutPrefix(call, "incident."); ok && decides(decisions.funcs[verb]) {
				at = append(at, decisions.fileOf[verb])
				assert.Contains(t, commands, decisions.fileOf[verb], "%s, which handlers/%s.go calls, is in incident/%s.go", verb, name, decisions.fileOf[verb])
			}
			if said, ok := strings.CutPrefix(call, "blocks."); ok && shows(words.funcs[said]) {
				assert.Contains(t, append(shared, commands...), words.fileOf[said], "%s, which handlers/%s.go calls, is in bot/blocks/%s.go", said, name, words.fileOf[said])
			}
		}
		if len(at) > 0 {
			decided++
			assert.Contains(t, at, name, "what handlers/%s.go decides is not in incident/%s.go", name, name)
		}
	}
	assert.Greater(t, decided, 20, "decisions are not found any more")
	for name := range words.funcs {
		if strings.HasSuffix(name, "Modal") {
			assert.Contains(t, commands, words.fileOf[name], "the form %s is in bot/blocks/%s.go", name, words.fileOf[name])
		}
	}
}

// shows reports whether a function of blocks draws a message or a form.
func shows(fn *ast.FuncDecl) bool {
	if fn == nil || fn.Type.Results == nil {
		return false
	}
	switch r := fn.Type.Results.List[0].Type.(type) {
	case *ast.Ident:
		return r.Name == "Message"
	case *ast.SelectorExpr:
		return qualified(r) == "slack.ModalViewRequest"
	}
	return false
}

// Each verb that a command calls has an example that reads as its documentation.
func TestEveryVerbHasAnExample(t *testing.T) {
	t.Parallel()
	examples := map[string]bool{}
	paths, err := filepath.Glob("../incident/*_test.go")
	require.NoError(t, err)
	for _, path := range paths {
		f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ParseComments)
		require.NoError(t, err)
		for _, e := range doc.Examples(f) {
			examples[e.Name] = e.Output != "" // without an output it is compiled only
		}
	}
	here, decisions := readSource(t, "."), readSource(t, "../incident")
	for _, name := range append(commandNames(), "click") {
		for _, call := range here.calls[name] {
			if verb, ok := strings.CutPrefix(call, "incident."); ok && decides(decisions.funcs[verb]) {
				assert.True(t, examples[verb], "incident.%s, which handlers/%s.go calls, has no example", verb, name)
			}
		}
	}
}

// What a verb asks the world for is done in the file of the same name.
func TestWhatAnEffectDoesIsFoundByItsName(t *testing.T) {
	t.Parallel()
	decisions, doing := readSource(t, "../incident"), readSource(t, "../workers")
	effects := 0
	for name, file := range decisions.fileOf {
		effect, ok := strings.CutSuffix(name, ".Kind")
		if !ok || file == "effects" { // those are of no one verb
			continue
		}
		effects++
		assert.Contains(t, doing.mentions[file], "incident."+effect, "workers/%s.go does not carry out %s of incident/%s.go", file, effect, file)
	}
	assert.Greater(t, effects, 10, "effects are not found any more")
}
