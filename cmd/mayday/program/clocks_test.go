package program

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
	"mayday/store"
	"mayday/store/storetest"
)

// TestCheckOfClocks: one replica is far off, one a little, and something was set aside.
func TestCheckOfClocks(t *testing.T) {
	t.Parallel()
	url := storetest.Database(t)
	st, err := store.Open(t.Context(), store.Config{URL: url})
	require.NoError(t, err)
	t.Cleanup(st.Close)
	c, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close(t.Context()) })
	_, err = c.Exec(t.Context(), `insert into mayday.replica (id, skew) values ('far', '65 minutes'), ('near', '-3 seconds'), ('right', '1 second');
		insert into mayday.incident (id, doc, declared_at) values (1, '{"status": "open", "severity": "P1", "title": "x"}', now());
		insert into mayday.timer (incident_id, clock, due_at, attempt, aside_at, error) values (1, 'escalate', '9999-01-01', 50, '2026-03-03 13:00Z', 'no reason')`)
	require.NoError(t, err)
	found := checked(t, slacksim.Options{}, map[string]string{"DATABASE_URL": url})
	for subject, want := range map[string]State{"clock": OK, "clock of far": Failed, "clock of near": Warned, "set aside": Failed} {
		require.Len(t, found[subject], 1, subject)
		assert.Equal(t, want, found[subject][0].State, found[subject])
	}
	assert.Contains(t, found["clock of far"][0].Says, "1h5m0s ahead of the database's clock: no clock fires there")
	assert.Contains(t, found["clock of near"][0].Says, "3s behind the database's clock")
	assert.Contains(t, found["set aside"][0].Says, "clock escalate of incident 1, since 2026-03-03 13:00 UTC: no reason")
	assert.NotContains(t, found, "clock of right")
}

// TestAReplicaWhoseClockIsWrongIsNotReady.
func TestAReplicaWhoseClockIsWrongIsNotReady(t *testing.T) {
	t.Parallel()
	url := storetest.Database(t)
	for by, want := range map[time.Duration]int{0: http.StatusOK, 20 * time.Second: http.StatusOK, -31 * time.Second: http.StatusServiceUnavailable, 16 * time.Minute: http.StatusServiceUnavailable} {
		st, err := store.Open(t.Context(), store.Config{URL: url, Wall: func() time.Time { return time.Now().Add(by) }})
		require.NoError(t, err)
		t.Cleanup(st.Close)
		answer := httptest.NewRecorder()
		(&Program{Store: st}).readyDatabase(t.Context(), answer)
		assert.Equal(t, want, answer.Code, by)
		if want != http.StatusOK {
			assert.Contains(t, answer.Body.String(), "no clock fires here: this machine is")
		}
	}
}
