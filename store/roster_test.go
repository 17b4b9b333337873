package store

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/oncall"
)

func TestACalendarIsAskedOnceEverySoOften(t *testing.T) {
	t.Parallel()
	st := open(t, newURL(t), nil)
	_, err := st.Roster(t.Context(), "k")
	require.ErrorIs(t, err, ErrNotFound)
	_, ok, err := st.RosterTurn(t.Context(), "k", time.Hour)
	require.NoError(t, err)
	assert.True(t, ok)
	_, ok, err = st.RosterTurn(t.Context(), "k", time.Hour)
	require.NoError(t, err)
	assert.False(t, ok, "somebody asks already")
	_, ok, err = st.RosterTurn(t.Context(), "k", 0)
	require.NoError(t, err)
	assert.True(t, ok, "it is time again")
}

func TestWhatACalendarSaidLastStandsWhileItIsAway(t *testing.T) {
	t.Parallel()
	st := open(t, newURL(t), nil)
	_, _, err := st.RosterTurn(t.Context(), "k", 0)
	require.NoError(t, err)
	r, err := st.Roster(t.Context(), "k")
	require.NoError(t, err)
	assert.True(t, r.ReadAt.IsZero())
	at := time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC)
	shifts := oncall.Roster{{Person: oncall.Person{Email: "ana@example.com"}, From: at, Until: at.Add(time.Hour)}}
	require.NoError(t, st.SaveRoster(t.Context(), Roster{Key: "k", Kept: oncall.Kept{Shifts: shifts}, Unread: 2, ETag: `"1"`}))
	require.NoError(t, st.RosterFailed(t.Context(), "k", "it answers 503"))
	r, err = st.Roster(t.Context(), "k")
	require.NoError(t, err)
	assert.Equal(t, shifts, r.Shifts)
	assert.Equal(t, "it answers 503", r.Problem)
	assert.Equal(t, 2, r.Unread)
	read := r.ReadAt
	assert.False(t, read.IsZero())
	require.NoError(t, st.RosterSame(t.Context(), "k"))
	r, err = st.Roster(t.Context(), "k")
	require.NoError(t, err)
	assert.Empty(t, r.Problem)
	assert.False(t, r.ReadAt.Before(read))
	assert.Equal(t, `"1"`, r.ETag)
}
