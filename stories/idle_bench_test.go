package stories

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/figures"
)

// surveyed is more incidents than one survey looks at.
const surveyed = 300

// BenchmarkIdle measures what waiting costs: processor time of one replica and of its database, without incidents, and
// with 100,000 whose clocks run out later and of which a survey looks at some meanwhile. Linux only.
func BenchmarkIdle(b *testing.B) {
	binary := build(b)
	for _, n := range []int{0, 100_000} {
		b.Run(fmt.Sprintf("clocks=%d", n), func(b *testing.B) {
			const watch = 30 * time.Second
			for range b.N {
				f := newFleet(b, binary, min(n, surveyed))
				channels, _ := f.furnish(min(n, surveyed))
				f.pending(n, channels...)
				f.run(1)
				time.Sleep(5 * time.Second)
				mayday, postgres := f.spent()
				begun := time.Now()
				time.Sleep(watch)
				took := time.Since(begun)
				mayday2, postgres2 := f.spent()
				percent := func(d time.Duration) float64 { return 100 * float64(d) / float64(took) }
				b.ReportMetric(percent(mayday2-mayday), "%cpu-mayday")
				b.ReportMetric(percent(postgres2-postgres), "%cpu-postgres")
				if all := percent(mayday2 - mayday + postgres2 - postgres); n == 0 {
					figures.AtMost(b, all, 0.5, "%cpu")
				} else {
					b.ReportMetric(all, "%cpu")
				}
				f.close()
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// spent is the processor time that the first replica and the database used so far.
func (f *fleet) spent() (mayday, postgres time.Duration) {
	pid, err := os.ReadFile(filepath.Join(f.pg.Dir, fmt.Sprintf("pg%d", f.pg.Major), "postmaster.pid"))
	require.NoError(f.b, err)
	postmaster, _, _ := strings.Cut(string(pid), "\n")
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(f.b, err)
	for _, path := range stats {
		id := filepath.Base(filepath.Dir(path))
		parent, used := processor(path)
		switch {
		case id == fmt.Sprint(f.replicas[0].Process.Pid):
			mayday += used
		case id == postmaster || parent == postmaster:
			postgres += used
		}
	}
	return mayday, postgres
}

// processor reads a process's parent and the time it used, with that of its
// children that ended (proc(5): fields 4 and 14 to 17, in hundredths of a second);
// nothing when it is gone.
func processor(path string) (parent string, used time.Duration) {
	stat, err := os.ReadFile(path)
	if err != nil {
		return "", 0
	}
	fields := strings.Fields(string(stat[strings.LastIndexByte(string(stat), ')')+1:]))
	for _, f := range fields[11:15] {
		n, err := strconv.Atoi(f)
		if err == nil {
			used += time.Duration(n) * 10 * time.Millisecond
		}
	}
	return fields[1], used
}
