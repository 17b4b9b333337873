package workers

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// TestWorkIsLeftToAnotherReplicaAndTakenUpAgain: what comes meanwhile waits for the other, and is done here when that is gone.
func TestWorkIsLeftToAnotherReplicaAndTakenUpAgain(t *testing.T) {
	t.Parallel()
	r := newRoom(t, nil)
	r.work()
	said := 0
	note := func() string {
		said++
		text := fmt.Sprintf("note number %d.", said)
		_, err := r.st.Update(t.Context(), r.inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.Note(inc, inc.DeclaredBy, text, now)
		})
		require.NoError(t, err)
		return text
	}
	comes := func(text string, within time.Duration) bool {
		for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			if len(r.messages(text)) > 0 {
				return true
			}
		}
		return false
	}
	first := note()
	r.wait("the only one works", func() bool { return comes(first, time.Second) })

	other, err := pgx.ConnectConfig(t.Context(), r.st.Pool().Config().ConnConfig)
	require.NoError(t, err)
	t.Cleanup(func() { _ = other.Close(context.Background()) })
	_, err = other.Exec(t.Context(), `select pg_advisory_lock(7701, hashtext('other'))`)
	require.NoError(t, err)
	_, err = other.Exec(t.Context(), `insert into mayday.replica (id, since, seen_at, reaches_slack) values ('other', now() - interval '1 hour', now() + interval '1 hour', true)`)
	require.NoError(t, err)
	left := ""
	r.wait("another one that is there for longer works", func() bool { left = note(); return !comes(left, 3*time.Second) })

	_, err = other.Exec(t.Context(), `delete from mayday.replica where id = 'other'`)
	require.NoError(t, err)
	r.wait("the first works again", func() bool { return comes(left, time.Second) })
}
