package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const printed = `goos: linux
goarch: amd64
pkg: mayday/stories
cpu: A Processor
BenchmarkDeclare/20_at_a_time-2         1  0 ns/op  100.0 aim:p99-ms  41.50 p50-ms  123.4 p99-ms
NOT COMPARED WITH BOLT: no node
BenchmarkProgram-2                      1  0 ns/op  30.00 aim:idle-MB  28.10 idle-MB
PASS
`

func TestThePageShowsFiguresBesideTheirAims(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bench.txt")
	if err := os.WriteFile(file, []byte(printed), 0o600); err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := run(&b, file, "Nothing else ran."); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"(A Processor)", "Nothing else ran.",
		"| stories `Declare/20_at_a_time` | p99-ms | 123 | ≤ 100 | **missed** |",
		"| stories `Program` | idle-MB | 28.1 | ≤ 30.0 | met |",
		"| stories `Declare/20_at_a_time` | p50-ms | 41.5 |",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is missing in\n%s", want, b.String())
		}
	}
	if strings.Contains(b.String(), "/op") {
		t.Error("what has no meaning here is shown")
	}
}

func TestAPageWithoutFiguresIsAnError(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bench.txt")
	if err := os.WriteFile(file, []byte("FAIL\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(&strings.Builder{}, file, ""); err == nil {
		t.Error("it has nothing to show")
	}
}
