package reading

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHowSeveritiesAreSpelled(t *testing.T) {
	for text, want := range map[string]LevelName{
		"P0":             {Labels: []string{"P0"}},
		"P0 (Critical)":  {Labels: []string{"P0"}, Name: "Critical"},
		"SEV1 - Major":   {Labels: []string{"SEV1"}, Name: "Major"},
		"Critical (P0)":  {Labels: []string{"P0"}, Name: "Critical"},
		"S1 (severe)":    {Labels: []string{"S1"}, Name: "severe"},
		"P0-P2":          {Labels: []string{"P0", "P1", "P2"}},
		"SEV-1/SEV-2":    {Labels: []string{"SEV-1", "SEV-2"}},
		"P1 Crítico":     {Labels: []string{"P1"}, Name: "Crítico"},
		"High":           {Labels: []string{"High"}},
		"Приоритет 1":    {Labels: []string{"Приоритет 1"}},
		"[P3] Cosmetics": {Labels: []string{"P3"}, Name: "Cosmetics"},
	} {
		got, ok := ReadLevel(text)
		assert.True(t, ok, text)
		assert.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "Page 3", "Checkout P1 outage", "High latency", "p", "2 replicas"} {
		_, ok := ReadLevel(text)
		assert.False(t, ok, text)
	}
	assert.Equal(t, []string{"Sev 1"}, LevelsWithin("Playbook for Sev 1 outages"))
	assert.Equal(t, []string{"P0", "P1"}, LevelsWithin("page the lead for P0/P1"))
	assert.Equal(t, []string{"приоритет 2"}, LevelsWithin("если приоритет 2, звоните"))
	assert.Nil(t, LevelsWithin("scale to 3 replicas, http2"))
	assert.Equal(t, []string{"P0", "P1", "P2"}, Levels("P0-P2"))
	assert.Equal(t, []string{"high"}, Levels("severity: high"))
	assert.Nil(t, Levels("P0 and the rest"))
}
