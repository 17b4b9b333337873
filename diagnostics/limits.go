package diagnostics

import (
	"strconv"
	"strings"
	"time"
)

// limits bound one statement on the server and one answer in this process.
type limits struct {
	statement time.Duration
	connect   time.Duration
	rows      int // shown; one more is fetched to know that there are more
	bytes     int // of an answer
	cell      int // characters
	message   int // bytes of one protocol message
}

var defaultLimits = limits{statement: 5 * time.Second, connect: 3 * time.Second, rows: 100, bytes: 256 << 10, cell: 200, message: 1 << 20}

// cellKept is how much of a cell is looked at for secrets before it is cut to
// limits.cell characters.
const cellKept = 8 << 10

// opening begins the transaction, sets its limits and probes, in one round trip
// of our own constant text. The probe is a query, after which the server
// refuses SET TRANSACTION READ WRITE. version is the server's, 150018 for 15.18.
func (l limits) opening(version int) string {
	ms := func(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
	set := []string{
		"statement_timeout = " + ms(l.statement),
		"lock_timeout = 500",
		"idle_in_transaction_session_timeout = " + ms(2*l.statement),
		"work_mem = '8MB'",
		"max_parallel_workers_per_gather = 0",
		"jit = off",
		"standard_conforming_strings = on",
		"datestyle = 'ISO'",
		"intervalstyle = 'postgres'",
		"bytea_output = 'hex'",
	}
	if version >= 140000 {
		// A backend that computes does not notice that its client died unless it looks.
		set = append(set, "client_connection_check_interval = 500")
	}
	if version >= 170000 {
		set = append(set, "transaction_timeout = "+ms(2*l.statement))
	}
	return "BEGIN TRANSACTION READ ONLY; SET LOCAL " + strings.Join(set, "; SET LOCAL ") + "; " + probeSQL
}

// probeSQL asks whether READ ONLY holds, where we are, and in which process: behind
// a pooler the number that the protocol gives is the pooler's own.
const probeSQL = `SELECT pg_catalog.current_setting('transaction_read_only'), pg_catalog.pg_is_in_recovery(), current_user, ` + markSQL + `,
	pg_catalog.pg_backend_pid(), pg_catalog.now()`

// parseVersion reads the server_version parameter, "15.18 (Debian …)" or "17beta1", into 150000 and so on.
func parseVersion(text string) int {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	major, err := strconv.Atoi(text[:n])
	if err != nil {
		return 0
	}
	return major * 10000
}
