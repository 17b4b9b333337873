package diagnostics_test

import (
	"bytes"
	"context"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/diagnostics"
	"mayday/diagnostics/sample"
	"mayday/store/localpg"
	"mayday/store/storetest"
)

// computing is endless without a look at any page: a backend that is stopped while it holds the lock of
// one keeps everybody else waiting for ever.
const computing = "SELECT count(*) FROM generate_series(1, 5000) a, generate_series(1, 5000) b, generate_series(1, 5000) c"

// deaf makes the backend of a session take no notice of anything, as one that
// computes within one function does.
func deaf(t testing.TB, r *diagnostics.Runner, application string) (wake func()) {
	t.Helper()
	eye := admin(t, "service")
	var pid int
	require.Eventually(t, func() bool {
		return eye.QueryRow(t.Context(), "SELECT pid FROM pg_stat_activity WHERE application_name = $1 AND state = 'active' AND query LIKE 'FETCH%'", application).Scan(&pid) == nil
	}, waitLong, waitShort)
	require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	woken := false
	wake = func() {
		if !woken {
			woken = true
			_ = syscall.Kill(pid, syscall.SIGCONT)
		}
	}
	t.Cleanup(wake)
	return wake
}

// One typed line held a backend for hours while the answer was that it was gone.
func TestWhatIsSaidOfAStatementThatWasGivenUpIsTrue(t *testing.T) {
	for name, limit := range map[string]time.Duration{"Stop": time.Minute, "the time limit": 5 * time.Second} {
		t.Run(name, func(t *testing.T) {
			var audits []diagnostics.Audit
			r := open(t, as(reader, "service"), func(c *diagnostics.Config) {
				c.StatementTimeout, c.MaxRunning = limit, 1
				c.Audit = func(_ context.Context, a diagnostics.Audit) { audits = append(audits, a) }
			})
			eye := admin(t, "service")
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			done := make(chan error, 1)
			go func() {
				_, err := r.Run(ctx, diagnostics.Request{SQL: computing, Incident: 60, By: "U7"})
				done <- err
			}()
			wake := deaf(t, r, "mayday:60:U7")
			if limit == time.Minute {
				stop()
			}
			f := failure(t, <-done)
			assert.True(t, f.Running)
			assert.NotContains(t, f.Error(), "gone from the server")
			assert.Contains(t, f.What, "still runs on the server, in process "+strconv.Itoa(int(f.Backend)))
			assert.Contains(t, f.Next, "pg_terminate_backend("+strconv.Itoa(int(f.Backend))+")")
			require.True(t, alive(t, eye, "mayday:60:U7"), "what was said is so")
			require.Len(t, audits, 1)
			assert.Equal(t, f.Backend, audits[0].Backend)
			assert.True(t, audits[0].Running)

			t.Run("its place is kept", func(t *testing.T) {
				_, err := r.Run(t.Context(), diagnostics.Request{SQL: "SELECT 1", Incident: 60, By: "U7"})
				assert.Contains(t, failure(t, err).What, "still runs on the server")
				waits, give := context.WithTimeout(t.Context(), 200*time.Millisecond)
				defer give()
				_, err = r.Run(waits, diagnostics.Request{SQL: "SELECT 1", Incident: 60, By: "U8"})
				require.Error(t, err, "there is one place for what people type, and it is taken")
				_, err = r.Run(t.Context(), diagnostics.Request{SQL: "SELECT 1", Incident: 60, Name: "site-down/connections"})
				require.NoError(t, err, "the runbook's queries have a place of their own")
			})
			wake()
			require.Eventually(t, func() bool {
				_, err := r.Run(t.Context(), diagnostics.Request{SQL: "SELECT 1", Incident: 60, By: "U7"})
				return err == nil
			}, 20*time.Second, 50*time.Millisecond, "the place is free once the statement has ended")
		})
	}
}

func TestAStatementThatEndedIsSaidToBeGone(t *testing.T) {
	r := open(t, as(reader, "service"), func(c *diagnostics.Config) { c.StatementTimeout = time.Minute })
	eye := admin(t, "service")
	var ctx context.Context
	gone := func() bool {
		var stop context.CancelFunc
		ctx, stop = context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() {
			_, err := r.Run(ctx, diagnostics.Request{SQL: endless, Incident: 61, By: "U7"})
			done <- err
		}()
		require.Eventually(t, func() bool { return active(t, eye, "mayday:61:U7") }, waitLong, waitShort)
		stop()
		f := failure(t, <-done)
		if f.Running { // a machine under load may not end it within the two seconds of the look
			require.Eventually(t, func() bool { return !active(t, eye, "mayday:61:U7") }, waitLong, waitShort)
			return false
		}
		assert.Equal(t, "Stopped. The statement is gone from the server.", f.What)
		assert.False(t, active(t, eye, "mayday:61:U7"), "when it is said it is so")
		return true
	}
	for tries := 0; !gone(); tries++ {
		require.Less(t, tries, 2)
	}

	_, err := r.Run(ctx, diagnostics.Request{SQL: "SELECT 1", Incident: 61, By: "U7"})
	assert.Contains(t, failure(t, err).What, "Stopped before it was sent", "nothing was sent, and nothing is said of the server")
}

// Who looks and gets no answer has seen nothing.
func TestWhatCannotBeSeenIsNotSaidToRun(t *testing.T) {
	wire := storetest.NewWire(t, as(reader, "service"))
	r := open(t, wire.URL, func(c *diagnostics.Config) { c.StatementTimeout = time.Minute })
	eye := admin(t, "service")
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() {
		_, err := r.Run(ctx, diagnostics.Request{SQL: endless, Incident: 63, By: "U7"})
		done <- err
	}()
	require.Eventually(t, func() bool { return active(t, eye, "mayday:63:U7") }, waitLong, waitShort)
	wire.Tap(func(m storetest.Message) storetest.Fate {
		if !m.FromServer && bytes.Contains(m.Body, []byte("xact_start =")) {
			return storetest.Stuck
		}
		return storetest.Delivered
	})
	stop()
	f := failure(t, <-done)
	wire.Tap(nil)
	assert.Contains(t, f.What, "is not known")
	assert.NotContains(t, f.What, "It still runs")
	assert.True(t, f.Running, "its place is kept until it is seen to be gone")
}

// A server that goes down takes its statements along. Whoever asks next hears that
// it is down instead of waiting for a place.
func TestAServerThatWentDownKeepsNoPlace(t *testing.T) {
	own, err := localpg.Start(t.Context(), localpg.Options{Dir: storetest.Home(t), Settings: map[string]string{"fsync": "off"}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = own.Stop(context.Background()) })
	conn, err := pgx.Connect(t.Context(), own.URL())
	require.NoError(t, err)
	require.NoError(t, sample.Load(t.Context(), conn, reader))
	r := open(t, asOn(own, reader, "mayday"), func(c *diagnostics.Config) { c.StatementTimeout, c.MaxRunning = time.Minute, 1 })
	done := make(chan error, 1)
	go func() {
		_, err := r.Run(t.Context(), diagnostics.Request{SQL: "SELECT count(*) FROM pg_attribute a, pg_attribute b, pg_attribute c", Incident: 62, By: "U7"})
		done <- err
	}()
	require.Eventually(t, func() bool {
		select {
		case err := <-done:
			t.Fatalf("it ended: %v", err)
		default:
		}
		return active(t, conn, "mayday:62:U7")
	}, waitLong, waitShort)
	require.NoError(t, conn.Close(t.Context()))
	require.NoError(t, own.Stop(t.Context()))
	f := failure(t, <-done)
	assert.False(t, f.Running)
	for _, by := range []string{"U7", "U8"} {
		waits, give := context.WithTimeout(t.Context(), 10*time.Second)
		_, err = r.Run(waits, diagnostics.Request{SQL: "SELECT 1", Incident: 62, By: by})
		give()
		assert.Equal(t, diagnostics.ClassDown, failure(t, err).Class, "%v", err)
	}
}
