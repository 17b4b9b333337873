package blocks

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// everythingOf is all that a message says, in blocks and in its text.
func everythingOf(t *testing.T, m Message) string {
	t.Helper()
	raw, err := json.Marshal(m.Blocks)
	require.NoError(t, err)
	return m.Text + "\n" + strings.NewReplacer(`\u003c`, "<", `\u003e`, ">").Replace(string(raw))
}

// calling are the kinds of events that call somebody else than who did it.
var calling = map[incident.EventKind]bool{incident.EventPaged: true, incident.EventRoleTaken: true, incident.EventStepAssigned: true, incident.EventActionAdded: true}

// TestWhoActsIsNamedAndNotCalled: a mention notifies, and whoever did something knows it.
func TestWhoActsIsNamedAndNotCalled(t *testing.T) {
	inc := busy(t).inc
	for _, k := range kinds(t, "events.go", "EventKind") {
		kind := incident.EventKind(k)
		ev := incident.Event{Seq: 3, Kind: kind, At: start, By: ana, Whom: ben, Text: "words", To: "lead", From: "x", Step: 1, Aloud: true}
		for what, m := range map[string]Message{
			"told": Event(inc, ev), "together": Events(inc, []incident.Event{ev, ev}), "alarm": Alarm(inc, ev),
			"answer": Recorded(incident.Change{Incident: inc, Events: []incident.Event{ev}}, "C0ELSE"), "timeline": Timeline(inc, []incident.Event{ev}, 1, 1),
		} {
			assert.NotContains(t, everythingOf(t, m), "<@"+ana, "%s: %s", kind, what)
			assert.Equal(t, calling[kind], strings.Contains(everythingOf(t, m), "<@"+ben), "%s: %s calls whom it was done to", kind, what)
		}
		ev.Whom = ana
		assert.NotContains(t, everythingOf(t, Event(inc, ev)), "<@", "%s: who does it to themselves knows", kind)
	}
	for name, inc := range states(t) {
		if inc.Reminder != nil {
			assert.Contains(t, everythingOf(t, Reminder(inc)), "<@", "%s: a reminder calls whoever has to act", name)
		}
		for what, m := range map[string]Message{
			"card": Card(inc, after(16)), "announcement": Announcement(inc), "step": Step(inc), "steps": Steps(inc), "list": List([]incident.Incident{inc}, after(16)),
			"page": Page(inc, incident.Page{Why: incident.Requested, By: ana, Note: "words"}, ben, after(16)), "declared again": DeclaredAgain(inc),
		} {
			assert.NotContains(t, everythingOf(t, m), "<@", "%s: %s", what, name)
		}
	}
}

// TestEverybodyOnTheRowCanBeNamed: who stands anywhere on an incident is among those whose names are asked for.
func TestEverybodyOnTheRowCanBeNamed(t *testing.T) {
	all := busy(t).inc
	all.Names = nil
	found := map[string]bool{}
	var walk func(v reflect.Value)
	walk = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.Pointer:
			if !v.IsNil() {
				walk(v.Elem())
			}
		case reflect.Struct:
			if v.Type() == reflect.TypeFor[incident.Policy]() {
				return // what the runbook says
			}
			for i := range v.NumField() {
				if v.Type().Field(i).IsExported() {
					walk(v.Field(i))
				}
			}
		case reflect.Slice:
			for i := range v.Len() {
				walk(v.Index(i))
			}
		case reflect.Map:
			for _, k := range v.MapKeys() {
				walk(k)
				walk(v.MapIndex(k))
			}
		case reflect.String:
			if personID.MatchString(v.String()) {
				found[v.String()] = true
			}
		}
	}
	walk(reflect.ValueOf(all))
	require.NotEmpty(t, found)
	for p := range found {
		assert.Contains(t, all.Nameless(), p)
	}
}
