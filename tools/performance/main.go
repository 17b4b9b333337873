// Command performance reads what `go test -bench` printed and writes docs/performance.md: every figure that has an aim
// (package figures) beside it, with the machine, the date and what else the machine did. Usage:
//
//	performance [-note text] FILE > docs/performance.md
package main

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"runtime"
	"slices"
	"strings"
	"text/template"
	"time"

	"golang.org/x/perf/benchfmt"
)

// aim begins the unit of an aim: that of "p99-ms" is reported as "aim:p99-ms" (package figures of the main module).
const aim = "aim:"

// Figure is a row of the table.
type Figure struct {
	Package, Benchmark, Unit string
	Value, Aim               float64
}

// Met reports whether the aim is reached.
func (f Figure) Met() bool { return f.Value <= f.Aim }

// What says which figure it is, as one runs it.
func (f Figure) What() string { return fmt.Sprintf("%s `%s`", f.Package, f.Benchmark) }

// Page is what the template is filled with.
type Page struct {
	Date, CPU, Memory, Go, Postgres, Node, Load, Version, Note string
	Cores                                                      int
	Figures                                                    []Figure
	Others                                                     []Figure
}

func main() {
	note := flag.String("note", "", "what else the machine did")
	flag.Parse()
	if err := run(os.Stdout, flag.Arg(0), *note); err != nil {
		fmt.Fprintln(os.Stderr, "performance:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, file, note string) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	p := Page{Note: note, Date: time.Now().UTC().Format("2006-01-02 15:04 UTC"), Cores: runtime.NumCPU(), Go: runtime.Version(), Memory: memory(), Load: load(),
		Postgres: said("postgres", "--version"), Node: said("node", "--version"), Version: said("git", "describe", "--tags", "--always", "--dirty")}
	if p.Postgres == "" {
		p.Postgres = said("pg_config", "--version")
	}
	if err := p.read(benchfmt.NewReader(f, file)); err != nil {
		return err
	}
	return page.Execute(w, p)
}

// read takes the figures out of what was printed. Without one the page would say nothing.
func (p *Page) read(r *benchfmt.Reader) error {
	for r.Scan() {
		res, ok := r.Result().(*benchfmt.Result)
		if !ok {
			continue // lines of logs
		}
		p.CPU = res.GetConfig("cpu")
		printed := map[string]float64{}
		for _, v := range res.Values {
			if v.OrigUnit != "" { // MB became B
				printed[v.OrigUnit] = v.OrigValue
			} else {
				printed[v.Unit] = v.Value
			}
		}
		for _, unit := range slices.Sorted(maps.Keys(printed)) {
			fig := Figure{Package: path.Base(res.GetConfig("pkg")), Benchmark: name(string(res.Name.Full())), Unit: unit, Value: printed[unit]}
			to, promised := printed[aim+unit]
			switch {
			case strings.HasPrefix(unit, aim), strings.HasSuffix(unit, "/op"):
			case promised:
				fig.Aim = to
				p.Figures = append(p.Figures, fig)
			default:
				p.Others = append(p.Others, fig)
			}
		}
	}
	if r.Err() != nil {
		return r.Err()
	}
	if len(p.Figures) == 0 {
		return fmt.Errorf("no figure with an aim was measured")
	}
	return nil
}

// name is a benchmark's without the number of processors.
func name(full string) string {
	if i := strings.LastIndexByte(full, '-'); i > 0 && strings.Trim(full[i+1:], "0123456789") == "" {
		return full[:i]
	}
	return full
}

// said is the first line that a program prints; empty when it is not there.
func said(program string, args ...string) string {
	out, err := exec.Command(program, args...).Output()
	if err != nil {
		return ""
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return line
}

// memory of the machine, where the system tells.
func memory() string {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return "unknown"
	}
	var kb int
	if _, err := fmt.Sscanf(string(text), "MemTotal: %d kB", &kb); err != nil {
		return "unknown"
	}
	return fmt.Sprintf("%.0f GB", float64(kb)/(1<<20))
}

// load is how many processes wanted to run in the last 1, 5 and 15 minutes.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	return strings.Join(strings.Fields(string(text))[:3], ", ")
}

var page = template.Must(template.New("page").Funcs(template.FuncMap{"short": short}).Parse(`# Performance

Written by ` + "`make bench`" + ` on {{.Date}}, at {{.Version}}: {{.Cores}} cores ({{.CPU}}), {{.Memory}} of memory, {{.Go}}, {{.Postgres}}{{if .Node}}, Node {{.Node}}{{end}}.
Processes that wanted to run in the last 1, 5 and 15 minutes before the end: {{.Load}}.
{{- if .Note}}
{{.Note}}
{{- end}}

The simulated Slack, Postgres (which waits for its disk) and mayday share the machine. Ratios compare what was measured in turn.

| figure | unit | measured | aim | |
|---|---|---:|---:|---|
{{range .Figures}}| {{.What}} | {{.Unit}} | {{short .Value}} | ≤ {{short .Aim}} | {{if .Met}}met{{else}}**missed**{{end}} |
{{end}}
{{- if .Others}}
## Without an aim

| figure | unit | measured |
|---|---|---:|
{{range .Others}}| {{.What}} | {{.Unit}} | {{short .Value}} |
{{end}}{{end -}}
`))

// short is a number with three digits that matter.
func short(v float64) string {
	switch {
	case v >= 100:
		return fmt.Sprintf("%.0f", v)
	case v >= 10:
		return fmt.Sprintf("%.1f", v)
	}
	return fmt.Sprintf("%.2f", v)
}
