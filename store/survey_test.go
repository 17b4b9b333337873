package store

import (
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// TestASurveyGoesRound: each looks at the next channels, and asks for no more than are looked at. One that asked for all of a
// hundred thousand at once kept a replica and its database busy for as long as they were open.
func TestASurveyGoesRound(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	refs := map[int64]incident.Ref{}
	for i := range 5 {
		inc := declare(t, s)
		refs[inc.ID] = inc.Ref()
		if i == 2 {
			continue // it has no channel yet
		}
		_, err := s.Update(t.Context(), inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.ChannelOpened(inc, fmt.Sprintf("C%d", i), "inc", now)
		})
		require.NoError(t, err)
	}
	look := func() (asked []int64) {
		t.Helper()
		_, err := s.pool.Exec(t.Context(), `truncate river.river_job`)
		require.NoError(t, err)
		n, err := s.LookAround(t.Context(), 3)
		require.NoError(t, err)
		rows, err := s.pool.Query(t.Context(), `select (args ->> 'incident')::bigint id, args ->> 'uid' from river.river_job where kind = 'look_at_channel' and args ->> 'holders' = 'true' order by id`)
		require.NoError(t, err)
		var ref incident.Ref
		_, err = pgx.ForEachRow(rows, []any{&ref.Incident, &ref.UID}, func() error {
			assert.Equal(t, refs[ref.Incident], ref)
			asked = append(asked, ref.Incident)
			return nil
		})
		require.NoError(t, err)
		assert.Len(t, asked, n)
		return asked
	}
	assert.Equal(t, []int64{1, 2, 4}, look())
	assert.Equal(t, []int64{1, 2, 5}, look(), "5, and then from the beginning")
	n, err := s.LookAround(t.Context(), 3)
	require.NoError(t, err)
	assert.Zero(t, n, "three wait already")
	assert.Equal(t, []int64{1, 4, 5}, look())
	_, err = s.pool.Exec(t.Context(), `delete from mayday.incident where id <> 4`)
	require.NoError(t, err)
	assert.Equal(t, []int64{4}, look())
	assert.Equal(t, []int64{4}, look(), "a few are looked at in every survey")
}
