package blocks

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTargetIsShortAndStable(t *testing.T) {
	for want, target := range map[string]Target{
		"0":                 {},
		"42":                {Incident: 42},
		"42/site-down/3":    {Incident: 42, Playbook: "site-down", Step: 3},
		"42///2":            {Incident: 42, Page: 2},
		"42////identified":  {Incident: 42, Name: "identified"},
		"7/a%2Fb//1/x/y z":  {Incident: 7, Playbook: "a/b", Page: 1, Name: "x/y z"},
		"0/high-error-rate": {Playbook: "high-error-rate"},
	} {
		assert.Equal(t, want, target.String())
		got, err := ParseTarget(want)
		require.NoError(t, err)
		assert.Equal(t, target, got)
	}
	for _, bad := range []string{"", "x", "-1", "42/%zz", "42/a/x", "42/a/-1", "42/a/1/x", "99999999999999999999", "42/a/99999999999999999999", "<@U1>"} {
		_, err := ParseTarget(bad)
		assert.Error(t, err, bad)
	}
}

func TestTargetOfAnAction(t *testing.T) {
	want := Target{Incident: 42, Playbook: "site-down", Step: 3}
	got, err := TargetOf(ActionStepAssign, assignPrefix+want.String(), ana)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	got, err = TargetOf(ActionStepDone, "whatever", want.String())
	require.NoError(t, err)
	assert.Equal(t, want, got)
	_, err = TargetOf(ActionStepAssign, "b0001", want.String())
	assert.Error(t, err)
	assert.Equal(t, ActionChoose, Verb("choose:2"))
	assert.Equal(t, ActionClose, Verb("close"))
}

// Every control of every message must say what it is about.
func TestEveryControlCarriesItsTarget(t *testing.T) {
	seen := map[string]bool{}
	for name, m := range messages(t) {
		for _, b := range decoded(t, m.Blocks) {
			for _, e := range controls(b) {
				id, _ := e["action_id"].(string)
				block, _ := b["block_id"].(string)
				seen[Verb(id)] = true
				values := []string{text(e, "value")}
				if options, ok := e["options"].([]any); ok {
					values = nil
					for _, o := range options {
						values = append(values, text(o.(object), "value"))
					}
				}
				for _, v := range values {
					if Verb(id) == ActionLink {
						continue
					}
					got, err := TargetOf(id, block, v)
					require.NoError(t, err, "%s in %s: %q", id, name, v)
					if aboutOffer(id) {
						assert.EqualValues(t, 7, got.Incident, "%s in %s", id, name)
						continue
					}
					atHome := strings.HasPrefix(name, "home") || Verb(id) == ActionChoose || Verb(id) == ActionRunbook || Verb(id) == ActionAccess || aboutNone(id)
					_, ofRound := got.RoundOf()
					assert.True(t, got.Incident == 42 || atHome || ofRound, "%s in %s", id, name)
				}
			}
		}
	}
	for _, id := range []string{ActionAcknowledge, ActionTakeLead, ActionUpdate, ActionResolve, ActionStatus, ActionSeverity, ActionStepDone, ActionStepSkip,
		ActionStepBlock, ActionStepUndo, ActionStepAssign, ActionPageNext, ActionSnooze, ActionPublish, ActionReopen, ActionClose, ActionCancel,
		ActionPostmortem, ActionRunQuery, ActionProbe, ActionDeclare, ActionJoin, ActionChoose, ActionTimeline, ActionRunbook, ActionLink, ActionDeclareOffer, ActionAttach, ActionMute,
		ActionRoundTake, ActionRoundDone, ActionRoundSkip, ActionRoundProblem, ActionRoundNote, ActionAccess,
		ActionAcceptHandover, ActionDeclineHandover, ActionAcceptShift, ActionDeclineShift, ActionArrived} {
		assert.True(t, seen[id], "no message has %s", id)
	}
}

// aboutNone reports whether a control is about a shift or a test page.
func aboutNone(id string) bool {
	return Verb(id) == ActionAcceptShift || Verb(id) == ActionDeclineShift || Verb(id) == ActionArrived
}

// aboutOffer reports whether a control is about an offer, whose number is in the place of an incident's.
func aboutOffer(id string) bool {
	return Verb(id) == ActionDeclareOffer || Verb(id) == ActionAttach || Verb(id) == ActionMute
}

// Another incident may get the number: every control and every form names its own
// for good, and an older version, which knows no UIDs, reads what it knew before.
func TestEveryControlCarriesTheIdentity(t *testing.T) {
	plainMessages, plainModals := messages(t), modals(t)
	fixtureUID = "k3jq4h5g6f7d"
	t.Cleanup(func() { fixtureUID = "" })
	n := 0
	for name, m := range messages(t) {
		requireFits(t, name, m)
		before := decoded(t, plainMessages[name].Blocks)
		for i, b := range decoded(t, m.Blocks) {
			old := controls(before[i])
			for j, e := range controls(b) {
				id, block := text(e, "action_id"), text(b, "block_id")
				if aboutOffer(id) {
					continue // it carries the mark of its offer
				}
				assert.Equal(t, old[j]["value"], e["value"], "%s in %s", id, name)
				assert.Equal(t, old[j]["options"], e["options"], "%s in %s", id, name)
				v := text(e, "value")
				if options, ok := e["options"].([]any); ok {
					v = text(options[0].(object), "value")
				}
				got, err := TargetOf(id, block, v)
				if got.Incident == 0 || Verb(id) == ActionLink {
					continue
				}
				n++
				require.NoError(t, err)
				if Verb(id) != ActionChoose && !strings.HasPrefix(name, "scenario") {
					assert.Equal(t, fixtureUID, got.UID, "%s in %s", id, name)
				}
			}
		}
	}
	assert.Greater(t, n, 100)
	for name, v := range modals(t) {
		if strings.HasPrefix(name, "modal-declare") {
			continue
		}
		if strings.HasPrefix(name, "modal-round") {
			got, err := ParseTarget(v.PrivateMetadata)
			_, ofRound := got.RoundOf()
			assert.True(t, err == nil && ofRound, "%s: a round is named for good by its period", name)
			continue
		}
		got, err := ParseMetadata(v.PrivateMetadata)
		require.NoError(t, err, name)
		assert.Equal(t, fixtureUID, got.UID, name)
		older, err := ParseTarget(v.PrivateMetadata)
		require.NoError(t, err, name)
		plain, err := ParseTarget(plainModals[name].PrivateMetadata)
		require.NoError(t, err, name)
		older.Name = ""
		assert.Equal(t, plain, older, name)
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{"42", "42/site-down/3", "42///2", "42////a/b", "0/%2F//1/x", "42/%zz", "-1", "////"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := ParseTarget(s)
		if err != nil {
			return
		}
		again, err := ParseTarget(got.String())
		require.NoError(t, err)
		require.Equal(t, got, again)
	})
}

func FuzzTarget(f *testing.F) {
	f.Add(int64(42), "site-down", 3, 2, "name/with/slashes")
	f.Fuzz(func(t *testing.T, id int64, playbook string, step, page int, name string) {
		if id < 0 || step < 0 || page < 0 || !utf8.ValidString(playbook) {
			t.Skip("no target has a negative number")
		}
		want := Target{Incident: id, Playbook: playbook, Step: step, Page: page, Name: name}
		got, err := ParseTarget(want.String())
		require.NoError(t, err)
		require.Equal(t, want, got)
	})
}
