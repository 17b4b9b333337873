package store

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/store/storetest"
)

func TestFourReplicasThatStartTogetherMigrateOnce(t *testing.T) {
	t.Parallel()
	url := storetest.Database(t)
	pending, err := Pending(t.Context(), url)
	require.NoError(t, err)
	assert.NotEmpty(t, pending)
	var wg sync.WaitGroup
	stores := make([]*Store, 4)
	for i := range stores {
		wg.Go(func() {
			s, err := Open(context.Background(), Config{URL: url})
			if assert.NoError(t, err) {
				stores[i] = s
				t.Cleanup(s.Close)
			}
		})
	}
	wg.Wait()
	require.False(t, t.Failed())
	left, err := Pending(t.Context(), url)
	require.NoError(t, err)
	assert.Empty(t, left)
	assert.Equal(t, len(pending), count(t, stores[0], `select count(*) from mayday.migration`), "each is recorded once")
	declare(t, stores[3])
	assert.Contains(t, pending, jobsVersion)
	assert.Equal(t, 1, count(t, stores[0], `select count(*) from pg_class where relname = 'river_job' and 'autovacuum_analyze_threshold=500' = any(reloptions)`))
}

func TestAnInterruptedMigrationGoesOn(t *testing.T) {
	t.Parallel()
	url := newURL(t)
	s := open(t, url, nil)
	// The process died between two migrations: the last one is missing.
	_, err := s.pool.Exec(t.Context(), `delete from mayday.migration where name = $1`, jobsVersion)
	require.NoError(t, err)
	declare(t, open(t, url, nil))
	left, err := Pending(t.Context(), url)
	require.NoError(t, err)
	assert.Empty(t, left)
}
