package handlers

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// TestNoAppIsGivenWork: who leads is reminded, and an app reads no reminder. An account that is not used any more neither.
func TestNoAppIsGivenWork(t *testing.T) {
	t.Parallel()
	h, _ := guarded(t, false, crowd{"U0ANA01": {ID: "U0ANA01"}, "U0BEN01": {ID: "U0BEN01"}, "U0APP01": {ID: "U0APP01", RealName: "Deploys", Bot: true}, "U0OLD01": {ID: "U0OLD01", RealName: "Olga Old", Deleted: true}})
	inc, err := h.Store.Incident(t.Context(), incident.Ref{Incident: 1})
	require.NoError(t, err)
	uid := inc.UID
	for _, whom := range []string{"U0APP01", "U0OLD01"} {
		token := "<@" + whom + ">"
		for name, r := range map[string]bot.Request{
			"role": {Kind: bot.Command, Text: "role scribe " + token}, "lead": {Kind: bot.Command, Text: "lead " + token}, "step": {Kind: bot.Command, Text: "step 2 " + token},
			"assign": {Kind: bot.Command, Text: "assign 2 " + token}, "follow-up": {Kind: bot.Command, Text: "action look at the pool " + token},
			"menu": {Kind: bot.Action, ActionID: blocks.ActionStepAssign + "::" + uid, BlockID: "assign:1/payment-failures/1", Value: whom},
			"form": {Kind: bot.Submission, View: &bot.View{CallbackID: blocks.CallbackAction, PrivateMetadata: openedIn("C0ELSE1", "1////"+uid),
				Values: bot.Inputs{blocks.FieldText: {blocks.FieldText: {"x"}}, blocks.FieldOwner: {blocks.FieldOwner: {whom}}}}},
		} {
			before := revision(t, h)
			assert.Contains(t, answer(t, h, r, "U0ANA01", "C0INC01"), "cannot be given work", name)
			assert.Equal(t, before, revision(t, h), name)
		}
	}
	before := revision(t, h)
	answer(t, h, bot.Request{Kind: bot.Command, Text: "lead <@U0BEN01>"}, "U0ANA01", "C0INC01")
	answer(t, h, bot.Request{Kind: bot.Command, Text: "step 2 <@U0NEW01>"}, "U0BEN01", "C0INC01") // Slack does not say who that is
	assert.Equal(t, before+2, revision(t, h))
}

// whoIs is Slack, as one that counts what it is asked.
type whoIs struct {
	user  bot.User
	err   error
	asked int
}

func (w *whoIs) User(context.Context, string) (bot.User, error) {
	w.asked++
	return w.user, w.err
}

func (w *whoIs) GroupMembers(_ context.Context, group string) ([]string, error) {
	w.asked++
	if group == "S0GONE" {
		return nil, errors.New("no such group")
	}
	return []string{"U0BEN01", "U0ANA01"}, nil
}

// TestWhatSomebodyIsTakenFor: by what Slack says now or said lately; what it said long ago counts while it is silent, but not for the database.
func TestWhatSomebodyIsTakenFor(t *testing.T) {
	silent := errors.New("timed out")
	for name, c := range map[string]struct {
		age   time.Duration // since Slack said that they are a guest; 0 is never
		sure  bool
		says  error
		want  incident.Standing
		asked int
	}{
		"new":                               {0, false, nil, incident.Member, 1},
		"new, and Slack is silent":          {0, false, silent, incident.Unknown, 1},
		"new, silent, for the database":     {0, true, silent, incident.Unknown, 1},
		"lately":                            {knownFor - time.Minute, false, silent, incident.Guest, 0},
		"a while ago":                       {knownFor + time.Minute, false, nil, incident.Member, 1},
		"a while ago, and silent":           {knownFor + time.Minute, false, silent, incident.Guest, 1},
		"a moment ago, for the database":    {surelyFor - time.Minute, true, silent, incident.Guest, 0},
		"minutes ago, for the database":     {surelyFor + time.Minute, true, nil, incident.Member, 1},
		"minutes ago, silent, the database": {surelyFor + time.Minute, true, silent, incident.Unknown, 1},
	} {
		people := &whoIs{user: bot.User{ID: "U0ANA01", Email: "ana@example.com", RealName: "Ana Lima"}, err: c.says}
		h := &Handlers{People: people, Log: zap.NewNop()}
		if c.age > 0 {
			h.met.known = map[string]acquaintance{"U0ANA01": {bot.User{ID: "U0ANA01", Guest: true}, time.Now().Add(-c.age)}}
		}
		got := h.caller(t.Context(), bot.Request{User: "U0ANA01", UserName: "ana", Channel: "C0X"}, c.sure)
		assert.Equal(t, c.want, got.Standing, name)
		assert.Equal(t, c.asked, people.asked, name)
		assert.Equal(t, []string{"U0ANA01", "C0X"}, []string{got.ID, got.Channel}, name)
		called := "ana" // as Slack's request calls them
		if c.want == incident.Member {
			called = "Ana Lima"
			assert.Equal(t, "ana@example.com", got.Email, name)
		}
		assert.Equal(t, called, got.Name, name)
	}
	app := &Handlers{People: &whoIs{err: silent}, Log: zap.NewNop()}
	app.met.known = map[string]acquaintance{"U0APP01": {bot.User{ID: "U0APP01", Bot: true}, time.Now().Add(-2 * knownFor)}}
	assert.NotNil(t, app.idle(t.Context(), "U0APP01"), "an app stays one while Slack is silent")
	assert.Nil(t, (&Handlers{People: &whoIs{user: bot.User{Bot: true}}}).idle(t.Context(), ""), "nobody is given it")
}

// TestTheGroupsThatCount are those that were asked about and can be looked up.
func TestTheGroupsThatCount(t *testing.T) {
	people := &whoIs{}
	h := &Handlers{People: people, Log: zap.NewNop()}
	assert.Equal(t, []string{"S0ONE", "S0TWO"}, h.groupsOf(t.Context(), "U0ANA01", []string{"S0ONE", "S0GONE", "S0TWO"}))
	assert.Empty(t, h.groupsOf(t.Context(), "U0CHI01", []string{"S0ONE"}))
	assert.Equal(t, 4, people.asked)
	assert.Empty(t, (&Handlers{}).groupsOf(t.Context(), "U0ANA01", []string{"S0ONE"}))
	assert.Equal(t, []string{"S0ONE", "S0TWO"}, groupIDs("U0ANA01, S0ONE,S0TWO ,,members"))
}
