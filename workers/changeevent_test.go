package workers

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// TestAMissedChangeIsToldOnce: however often it is looked for, and by whoever told it besides.
func TestAMissedChangeIsToldOnce(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	deploy := incident.ChangeEvent{Source: "ci", Key: "a", Title: "Deploy", At: h.inc.DeclaredAt.Add(-time.Minute)}
	doc, err := json.Marshal(deploy)
	require.NoError(t, err)
	var number int64
	require.NoError(t, h.st.Pool().QueryRow(t.Context(), `insert into mayday.change_event (source, key, at, doc) values ('ci', 'a', $1, $2) returning id`, deploy.At, doc).Scan(&number))
	for range 2 {
		require.NoError(t, h.w.seekChanges(t.Context(), incident.SeekChanges{Ref: h.inc.Ref()}, try{}))
		require.NoError(t, h.w.tellChange(t.Context(), incident.TellChange{Ref: h.inc.Ref(), Number: number, What: deploy}, try{}))
	}
	assert.Len(t, h.row().Changes, 1)
	assert.Equal(t, 1, h.one("event where kind = 'changed'"))
	require.NoError(t, h.w.seekChanges(t.Context(), incident.SeekChanges{Ref: h.inc.Ref(), After: number}, try{}))
	assert.Len(t, h.row().Changes, 1)
}
