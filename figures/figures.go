// Package figures is how a benchmark reports a figure that mayday promises: the measure and its aim in the form of
// testing.B's own metrics, so that `go test -bench` prints them and tools/performance reads them. It imports nothing.
package figures

// Aim begins the unit under which the aim of another unit is reported: "aim:p99-ms" is that of "p99-ms".
const Aim = "aim:"

// Benchmark is *testing.B.
type Benchmark interface {
	ReportMetric(n float64, unit string)
}

// AtMost reports a figure that is to be no more than aim, in a unit without blanks: "p99-ms", "MB", "of-Bolt".
func AtMost(b Benchmark, value, aim float64, unit string) {
	b.ReportMetric(value, unit)
	b.ReportMetric(aim, Aim+unit)
}
