package diagnostics

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestValuesAsPeopleReadThem(t *testing.T) {
	for _, test := range []struct{ name, kind, in, want string }{
		{"at", "timestamp", "2024-05-06 07:08:09.123456", "2024-05-06 07:08:09"},
		{"avg", "float4", "33.3333", "33.33"},
		{"avg", "float8", "-33.3333", "-33.33"},
		{"avg", "numeric", "0.01000", "0.01"},
		{"avg", "numeric", "-0.01000", "-0.01"},
		{"avg", "numeric", "-0.00123456", "-0.00123"},
		{"avg", "text", "33.3333", "33.3333"},
		{"size", "int4", "2048", "2.0 kB"},
		{"size", "int8", "1000", "1.0 kB"},
		{"size", "int8", "-1000", "-1.0 kB"},
		{"size", "int8", "-999", "-999 B"},
		{"size", "int8", "-2048", "-2.0 kB"},
		{"size", "int8", "1023999", "1000.0 kB"},
		{"size", "int8", "1024000", "1.0 MB"},
		{"size", "int8", "9223372036854775807", "8192.0 PB"},
		{"size", "int8", "many", "many"},
		{"d", "interval", "00:00:59.9", "59s"},
		{"d", "interval", "01:00:00", "1h 00m"},
		{"d", "interval", "00:01:00", "1m 00s"},
		{"d", "interval", " 00:00:01", " 1s"},
		{"d", "interval", "1 day", "1 day"},
		{"d", "interval", "1 day 00:00:05", "1 day 5s"},
	} {
		assert.Equal(t, test.want, Column{Name: test.name, Kind: test.kind}.Show(Value{Text: test.in}), "%s %s", test.kind, test.in)
	}
	for d, want := range map[time.Duration]string{800 * time.Microsecond: "0.8 ms", 9900 * time.Microsecond: "9.9 ms", 10 * time.Millisecond: "10 ms", 999 * time.Millisecond: "999 ms", time.Second: "1.0 s", 1300 * time.Millisecond: "1.3 s"} {
		assert.Equal(t, want, showDuration(d))
	}
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1k", 1500: "1.5k", 999_949: "999.9k", 999_950: "1M", 1_500_000: "1.5M"} {
		assert.Equal(t, want, short(n))
	}
	assert.Equal(t, "abc…+4", cut("abc", 3, 4), "what was never fetched is missing, too")
	assert.Equal(t, "…+3", cut("abc", 0, 0))
	assert.Equal(t, "ab…+5", cut("abc", 2, 4))
}

func TestCharactersThatMoveACursorAreLeftOut(t *testing.T) {
	for _, c := range []rune{0, 0x1f, '\r', 0x7f, 0x9f, 0x202a, 0x202e, 0x2066, 0x2069} {
		assert.Equal(t, "ab", oneLine("a"+string(c)+"b"), "%#x", c)
	}
	for _, c := range []rune{' ', '~', 0xa0, 0x2029, 0x202f, 0x2065, 0x206a, 'ä'} {
		assert.Equal(t, "a"+string(c)+"b", oneLine("a"+string(c)+"b"), "%#x", c)
	}
	assert.Equal(t, "a⏎b c", oneLine("a\nb\tc"))
}

func TestHowMuchThereIs(t *testing.T) {
	rows := func(n int, more bool, cut string) Result {
		return Result{Rows: make([][]Value, n), More: more, Cut: cut}
	}
	for want, got := range map[string]string{
		"no rows":                               rows(0, false, "").Summary(0),
		"1 row":                                 rows(1, false, "").Summary(1),
		"2 rows":                                rows(2, false, "").Summary(2),
		"3 rows":                                rows(3, false, "bytes").Summary(9),
		"first 1 of 2 rows":                     rows(2, false, "").Summary(1),
		"first 0 rows, stopped by the size cap": rows(0, true, "bytes").Summary(5),
		"first 2 rows, stopped by the size cap": rows(2, true, "bytes").Summary(5),
		"first 1 rows, stopped by the size cap": rows(2, true, "bytes").Summary(1),
		"first 2 of more than 2 rows, stopped by the row cap":    rows(2, true, "rows").Summary(5),
		"first 20 of more than 100 rows, stopped by the row cap": rows(100, true, "rows").Summary(20),
	} {
		assert.Equal(t, want, got)
	}
	replica := Result{Replica: true, Duration: time.Second}
	assert.Equal(t, "no rows, 1.0 s, from a replica\n", replica.Text(0))
}

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestTextsOfACSVFileAreInert(t *testing.T) {
	for in, want := range map[string]string{"": "", "a": "a", "=a": "'=a", "+a": "'+a", "-a": "'-a", "@a": "'@a", "\ta": "'\ta", "\ra": "'\ra", "a=": "a="} {
		assert.Equal(t, want, inert(in))
	}
	var out strings.Builder
	require.NoError(t, answered([]Column{label("=a"), count("-b")}, []string{"x", "-5"}).CSV(&out))
	assert.Equal(t, "'=a,'-b\nx,-5\n", out.String())
	small := answered([]Column{label("a")}, []string{"x"})
	require.ErrorContains(t, small.CSV(fullDisk{}), "disk full")
	large := answered([]Column{label("a")}, []string{strings.Repeat("x", 1<<16)}, []string{strings.Repeat("x", 1<<16)})
	require.ErrorContains(t, large.CSV(fullDisk{}), "write csv: disk full")
	head := answered([]Column{label(strings.Repeat("x", 1<<16)), label(strings.Repeat("x", 1<<16))})
	require.ErrorContains(t, head.CSV(fullDisk{}), "write csv: disk full")
}

// TestWhatChangedIsSaid: rows are told apart by ids, then by names, and by nothing that is masked.
func TestWhatChangedIsSaid(t *testing.T) {
	column := func(name, kind string) Column {
		return Column{Name: name, Kind: kind, Numeric: strings.HasPrefix(kind, "int")}
	}
	for _, test := range []struct {
		name      string
		columns   []Column
		then, now [][]string
		keys      []string
		summary   string
		same      int
	}{
		{"an oid", []Column{column("oid", "oid"), column("a", "text")}, [][]string{{"1", "x"}, {"2", "x"}}, [][]string{{"2", "x"}, {"1", "y"}}, []string{"oid"}, "1 changed", 1},
		{"a pid", []Column{column("pid", "int4"), column("a", "text")}, [][]string{{"1", "x"}, {"2", "x"}}, [][]string{{"1", "x"}, {"2", "x"}}, []string{"pid"}, "unchanged", 2},
		{"a queryid", []Column{column("queryid", "int8"), column("a", "text")}, [][]string{{"1", "x"}, {"2", "x"}}, [][]string{{"1", "x"}}, []string{"queryid"}, "2 rows → 1 row, 1 gone", 1},
		{"a reference", []Column{column("user_id", "int8"), column("n", "int8")}, [][]string{{"1", "1"}, {"2", "1"}}, [][]string{{"1", "2"}, {"2", "1"}}, []string{"user_id"}, "1 changed", 1},
		{"two names together", []Column{column("a", "text"), column("b", "text")}, [][]string{{"x", "1"}, {"x", "2"}}, [][]string{{"x", "1"}, {"x", "3"}}, []string{"a", "b"}, "1 new, 1 gone", 1},
		{"ids that are told apart then and not now", []Column{column("id", "int8"), column("a", "text")}, [][]string{{"1", "x"}, {"2", "y"}}, [][]string{{"1", "x"}, {"1", "y"}}, []string{"a"}, "1 changed", 1},
		{"measures", []Column{column("n", "int8"), column("at", "timestamptz"), column("d", "interval"), column("t", "timestamp"), column("b", "bool"), {Name: "email", Kind: "text", Masked: true}},
			[][]string{{"1", "1", "1", "1", "1", "1"}, {"2", "2", "2", "2", "2", "2"}}, [][]string{{"1", "1", "1", "1", "1", "1"}, {"3", "3", "3", "3", "3", "3"}}, nil, "unchanged", 0},
		{"no key, one row more", []Column{column("n", "int8")}, [][]string{{"1"}, {"2"}}, [][]string{{"1"}, {"2"}, {"3"}}, nil, "2 rows → 3 rows", 0},
		{"one row, one cell", []Column{column("n", "int8"), column("m", "int8")}, [][]string{{"1", "5"}}, [][]string{{"2", "5"}}, nil, "1 → 2", 0},
		{"one row, two cells", []Column{column("n", "int8"), column("m", "int8")}, [][]string{{"1", "5"}}, [][]string{{"2", "6"}}, nil, "2 changed", 0},
		{"one row, nothing", []Column{column("n", "int8")}, [][]string{{"1"}}, [][]string{{"1"}}, nil, "unchanged", 1},
		{"one row that went away", []Column{column("n", "int8")}, [][]string{{"1"}}, nil, nil, "1 row → no rows", 0},
		{"one row that came", []Column{column("n", "int8")}, nil, [][]string{{"1"}}, nil, "no rows → 1 row", 0},
		{"one row became two", []Column{column("id", "int8"), column("n", "int8")}, [][]string{{"1", "7"}}, [][]string{{"1", "8"}, {"2", "8"}}, []string{"id"}, "1 row → 2 rows, 1 changed, 1 new", 0},
		{"one was replaced, one is as it was", []Column{column("id", "int8"), column("n", "int8")}, [][]string{{"1", "7"}, {"2", "7"}}, [][]string{{"1", "7"}, {"3", "7"}}, []string{"id"}, "1 new, 1 gone", 1},
	} {
		d := Compare(answered(test.columns, test.then...), answered(test.columns, test.now...))
		assert.Equal(t, test.keys, d.Keys, test.name)
		assert.Equal(t, test.summary, d.Summary(), test.name)
		assert.Equal(t, test.same, d.Same, test.name)
		assert.False(t, d.Partial)
	}
	whole, part := answered([]Column{label("a")}), answered([]Column{label("a")})
	part.More = true
	assert.True(t, Compare(whole, part).Partial)
	assert.True(t, Compare(part, whole).Partial)
	assert.Equal(t, "active: n 1 → 2", Change{Row: "active", Column: "n", Then: "1", Now: "2"}.String())
	assert.Equal(t, "1 changed", Diff{Comparable: true, Keys: []string{"id"}, ThenRows: 1, NowRows: 1, Changed: []Change{{Then: "a", Now: "b"}}}.Summary())
}

func TestARecordSaysHowARequestEnded(t *testing.T) {
	var ran, refused, failed Audit
	ran.conclude(Result{Duration: 1, Waited: 2, Rows: make([][]Value, 3), Bytes: 4, More: true}, nil)
	assert.Equal(t, Audit{Verdict: VerdictRan, Duration: 1, Waited: 2, Rows: 3, Bytes: 4, More: true}, ran)
	refused.conclude(Result{}, &Refusal{Rule: RuleKind})
	assert.Equal(t, Audit{Verdict: VerdictRefused, Rule: RuleKind}, refused)
	failed.conclude(Result{}, &Failure{Class: ClassTimeout, Code: "57014", Running: true})
	assert.Equal(t, Audit{Verdict: VerdictFailed, Class: ClassTimeout, Code: "57014", Running: true}, failed)
}

func TestATurnIsGivenBack(t *testing.T) {
	l := &line{room: 1}
	require.NoError(t, l.enter(t.Context(), true, nil))
	var places []int
	first, second := &waiter{typed: true, turn: make(chan struct{})}, &waiter{typed: true, turn: make(chan struct{}), told: func(n int) { places = append(places, n) }}
	l.waiting = []*waiter{first, second}
	l.leave(true)
	assert.Equal(t, 1, l.typed)
	assert.Equal(t, []int{1}, places, "who comes next hears it")
	l.quit(first) // it had its turn and does not want it any more
	assert.Equal(t, 1, l.typed, "the second has it now")
	assert.Zero(t, l.length())
	assert.NotPanics(t, func() { <-second.turn })

	crowd := &line{room: 0, waiting: make([]*waiter, lineLength)}
	require.Error(t, crowd.enter(t.Context(), true, nil))
	assert.Equal(t, 50, crowd.length(), "the line is free again for whoever looks")
	crowd = &line{room: 0}
	for range 49 {
		crowd.waiting = append(crowd.waiting, &waiter{typed: true})
	}
	stopped := t.Context()
	done := make(chan error, 1)
	go func() { done <- crowd.enter(stopped, true, nil) }()
	require.Eventually(t, func() bool { return crowd.length() == 50 }, 30*time.Second, time.Millisecond)
	crowd.mu.Lock()
	last := crowd.waiting[49]
	crowd.mu.Unlock()
	close(last.turn)
	require.NoError(t, <-done, "the fiftieth waits")
}

// TestWhatNoLimitCountsIsForgotten: counters of people and incidents that are over hold no memory.
func TestWhatNoLimitCountsIsForgotten(t *testing.T) {
	r := NewRates(RateLimits{PauseAfter: 1, PauseFor: 2 * time.Hour})
	require.Nil(t, r.Begin(at(0), 1, "ana", true))
	require.Nil(t, r.Begin(at(0), 1, "ben", false))
	r.TimedOut(at(0), "eva")
	require.Nil(t, r.Begin(at(59), 2, "ida", true))
	assert.Len(t, r.people, 4)
	assert.Len(t, r.incidents, 2)
	require.Nil(t, r.Begin(at(60), 3, "", true), "mayday itself is not counted")
	require.Nil(t, r.Begin(at(60), 2, "ida", true))
	assert.Len(t, r.people, 3, "ben's minute is over, ana's hour is not, eva is paused")
	assert.Len(t, r.incidents, 1)
	require.Nil(t, r.Begin(at(3600), 2, "ida", true))
	assert.Len(t, r.people, 2)
	assert.Len(t, r.all, 3)
	require.NotNil(t, r.Begin(at(7199), 2, "eva", true))
	assert.Contains(t, r.people, "eva")
	require.Nil(t, r.Begin(at(7200), 2, "ida", false))
	assert.NotContains(t, r.people, "eva", "her pause is over")
	r.limits.PauseAfter = 5
	r.TimedOut(at(7300), "eva")
	require.Nil(t, r.Begin(at(7301), 2, "ida", false))
	assert.Contains(t, r.people, "eva", "one timeout is remembered")
	assert.Equal(t, "Try again in 1s.", tooOften("x", time.Millisecond).Next)
	assert.Equal(t, "Try again in 41s.", tooOften("x", 41*time.Second+time.Millisecond).Next)
	assert.Equal(t, []time.Time{at(2)}, since([]time.Time{at(0), at(1), at(2)}, at(1)))
	defaults := NewRates(RateLimits{}).limits
	assert.Equal(t, 5*time.Minute, defaults.PauseFor)
}

func TestFormsThatMayBeKept(t *testing.T) {
	for in, want := range map[string]string{
		"SHOW work_mem": "show work_mem", "EXPLAIN SELECT 1": "explain select ?", "SELECT 'a', b, 'c'": "select ? , b , ?", "SELECT 1, 2": "select ?", "TABLE t": "table t", "SELECT f(a, 1)": "select f ( a , ? )",
		`SELECT "a b"`: "select ?", `SELECT * FROM t WHERE a IN (1, "b", 'c', "d")`: "select * from t where a in ( ? )", `SELECT "a", "b" FROM t`: `select "a" , "b" from t`, `SELECT x["a"]`: `select x [ "a" ]`, `SELECT array["a"]`: "select array [ ? ]",
		`SELECT f("a")`: `select f ( "a" )`, `SELECT a = "b"`: "select a = ?", `SELECT a + "b"`: `select a + "b"`, `SELECT a LIKE "b"`: "select a like ?", `SELECT x "b"`: `select x "b"`, `SELECT 1, "b" FROM t`: `select ? , "b" from t`, `SELECT a, "b`: "select a , ?",
		"SELECT a /* b": "select a", "SELECT a.b, c::d >= e": "select a.b , c :: d >= e", "SELECT (a), b": "select ( a ) , b", "SELECT a WHERE b = ‘x": "select a where b = ?", "SELECT ‘x’, y": "select ? , y", "SELECT ä‘x’y": "select ?", `SELECT "‘"`: "select ?",
	} {
		assert.Equal(t, want, Normalise(in), in)
	}
}
