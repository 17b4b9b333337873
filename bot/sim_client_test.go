package bot_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/bot"
	slacksim "mayday/sim/slack"
)

func TestAmbiguousPostsAreFoundAgain(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]slacksim.Fault{
		"reset":     {Reset: true},
		"500":       {HTTP: 500},
		"fatal":     {Error: "fatal_error"},
		"internal":  {Error: "internal_error"},
		"timeout":   {Hang: 2 * patience, HTTP: 504},
		"truncated": {Truncate: true},
	} {
		for _, applied := range []bool{true, false} {
			if !applied && fault.Truncate {
				continue // an answer that is cut short was applied
			}
			t.Run(fmt.Sprint(name, " applied ", applied), func(t *testing.T) {
				t.Parallel()
				o := workspace(t, slacksim.Options{})
				c, err := o.client.CreateChannel(t.Context(), "inc-1-p0", false)
				require.NoError(t, err)
				parent, err := o.client.Post(t.Context(), c.ID, bot.Message{Text: "parent"})
				require.NoError(t, err)
				for _, thread := range []string{"", parent.TS} {
					began := time.Now()
					f := fault
					f.ApplyFirst = applied
					o.Mischief().FailNext("chat.postMessage", 1, f)
					key := "key-" + thread
					_, err = o.client.Post(t.Context(), c.ID, bot.Message{Text: "once", Key: key, Thread: thread})
					require.Equal(t, bot.Ambiguous, bot.ClassOf(err), err)
					ts, found, err := o.client.Sent(t.Context(), c.ID, thread, key, began)
					require.NoError(t, err)
					assert.Equal(t, applied, found)
					if found {
						m, ok := o.Message(c.ID, ts)
						require.True(t, ok)
						assert.Equal(t, "once", m.Text)
					}
				}
			})
		}
	}
}

func TestDirectMessagesAreFoundAgain(t *testing.T) {
	o := workspace(t, slacksim.Options{})
	ana, ok := o.UserByName("ana")
	require.True(t, ok)
	began := time.Now()
	o.Mischief().FailNext("chat.postMessage", 1, slacksim.Fault{HTTP: 502, ApplyFirst: true})
	d, err := o.client.Direct(t.Context(), ana.ID)
	require.NoError(t, err)
	_, err = o.client.Post(t.Context(), d, bot.Message{Text: "page", Key: "k"})
	require.Equal(t, bot.Ambiguous, bot.ClassOf(err))
	_, found, err := o.client.Sent(t.Context(), d, "", "k", began)
	require.NoError(t, err)
	assert.True(t, found)
}

func TestPlanningAvoids429(t *testing.T) {
	t.Parallel()
	o := workspace(t, slacksim.Options{Rates: true})
	c, err := o.client.CreateChannel(t.Context(), "inc-0", false)
	require.NoError(t, err)
	var work sync.WaitGroup
	for i := range 21 {
		work.Go(func() {
			_, err := o.client.CreateChannel(t.Context(), fmt.Sprintf("inc-%d", i+1), false)
			assert.NoError(t, err)
		})
	}
	for i := range 8 {
		work.Go(func() {
			_, err := o.client.Post(t.Context(), c.ID, bot.Message{Text: fmt.Sprint(i)})
			assert.NoError(t, err)
		})
	}
	work.Wait()
	for _, call := range o.Calls() {
		assert.True(t, call.OK, "%s: %s", call.Method, call.Error)
	}
	assert.Empty(t, o.Violations())
}

func TestChannelsAndPeopleAgainstTheStrictWorkspace(t *testing.T) {
	o := workspace(t, slacksim.Options{})
	ctx := t.Context()
	me, err := o.client.Self(ctx)
	require.NoError(t, err)
	assert.Equal(t, o.BotUser().ID, me.UserID)
	assert.Empty(t, bot.MissingScopes(me.Scopes))
	require.NoError(t, bot.CheckSocket(ctx, bot.Secret(o.AppToken()), o.APIURL()))
	assert.Equal(t, bot.Token, bot.ClassOf(bot.CheckSocket(ctx, bot.Secret(o.BotToken()), o.APIURL())))

	announce, err := o.client.ChannelNamed(ctx, "incidents")
	require.NoError(t, err)
	require.NoError(t, o.client.Join(ctx, announce.ID))
	require.NoError(t, o.client.Join(ctx, announce.ID))

	c, err := o.client.CreateChannel(ctx, "inc-1-p0-site-down", false)
	require.NoError(t, err)
	_, err = o.client.CreateChannel(ctx, "inc-1-p0-site-down", false)
	assert.Equal(t, "name_taken", bot.CodeOf(err))
	require.NoError(t, o.client.SetTopic(ctx, c.ID, "P0 | open"))
	require.NoError(t, o.client.SetPurpose(ctx, c.ID, "mayday 1"))
	found, err := o.client.ChannelNamed(ctx, "inc-1-p0-site-down")
	require.NoError(t, err)
	assert.WithinDuration(t, time.Now(), found.Created, time.Minute)
	found.Created = time.Time{}
	assert.Equal(t, bot.Channel{ID: c.ID, Name: c.Name, Creator: me.UserID, Topic: "P0 | open", Purpose: "mayday 1", Member: true}, found)

	ana, err := o.client.UserByEmail(ctx, "ana@example.com")
	require.NoError(t, err)
	for range 2 {
		failed, err := o.client.Invite(ctx, c.ID, ana.ID, me.UserID, "UNOBODY")
		require.NoError(t, err)
		assert.Equal(t, map[string]string{"UNOBODY": "user_not_found"}, failed)
	}

	for range 2 {
		require.NoError(t, o.client.Archive(ctx, c.ID))
	}
	_, err = o.client.Post(ctx, c.ID, bot.Message{Text: "too late"})
	assert.Equal(t, bot.Gone, bot.ClassOf(err))
	assert.Empty(t, o.Violations())
}

func TestMessagesFilesAndHomeAgainstTheStrictWorkspace(t *testing.T) {
	o := workspace(t, slacksim.Options{})
	ctx := t.Context()
	c, err := o.client.CreateChannel(ctx, "inc-1-p0-site-down", false)
	require.NoError(t, err)
	ana, _ := o.UserByName("ana")
	failed, err := o.client.Invite(ctx, c.ID, ana.ID)
	require.NoError(t, err)
	assert.Empty(t, failed)
	p, err := o.client.Post(ctx, c.ID, bot.Message{Text: "card", Key: "card-1", Blocks: []slack.Block{slack.NewDividerBlock()}})
	require.NoError(t, err)
	require.NoError(t, o.client.Edit(ctx, c.ID, p.TS, bot.Message{Text: "card, edited"}))
	_, ok, err := o.client.Sent(ctx, c.ID, "", "card-1", time.Now())
	require.NoError(t, err)
	assert.True(t, ok, "an edit keeps the key")
	for range 2 {
		require.NoError(t, o.client.Pin(ctx, c.ID, p.TS))
		require.NoError(t, o.client.React(ctx, c.ID, p.TS, "eyes"))
		require.NoError(t, o.client.Bookmarks(ctx, c.ID, bot.Bookmark{Title: "Dashboard", Link: "https://example.com/d", Emoji: ":bar_chart:"}))
	}
	got, _ := o.Channel(c.ID)
	assert.Len(t, got.Bookmarks, 1)
	for range 2 {
		require.NoError(t, o.client.Unpin(ctx, c.ID, p.TS))
	}
	link, err := o.client.Permalink(ctx, c.ID, p.TS)
	require.NoError(t, err)
	assert.Contains(t, link, c.ID)
	require.NoError(t, o.client.PostEphemeral(ctx, c.ID, ana.ID, bot.Message{Text: "only you"}))
	_, err = o.client.Upload(ctx, c.ID, p.TS, "rows.csv", "Rows of query 1", []byte("a,b\n1,2\n"))
	require.NoError(t, err)
	_, ok, err = o.client.SentFile(ctx, c.ID, p.TS, "Rows of query 1", time.Now())
	require.NoError(t, err)
	assert.True(t, ok)
	_, err = o.client.PublishHome(ctx, ana.ID, slack.HomeTabViewRequest{Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}}})
	require.NoError(t, err)
	members, err := o.client.GroupMembers(ctx, o.Groups()[0].ID)
	require.NoError(t, err)
	assert.NotEmpty(t, members)
	for range 2 {
		require.NoError(t, o.client.Delete(ctx, c.ID, p.TS))
	}
	assert.Empty(t, o.Violations())
}

// TestTheTokenOfAnOrganisation: channels are made and found in the workspace that is named, and its people are no strangers.
func TestTheTokenOfAnOrganisation(t *testing.T) {
	sim, err := slacksim.New(slacksim.Options{OrgWide: true})
	require.NoError(t, err)
	require.NoError(t, sim.Start("127.0.0.1:0"))
	t.Cleanup(func() { _ = sim.Close(context.Background()) })
	made := func(team string) error {
		client := bot.NewClient(bot.ClientConfig{BotToken: bot.Secret(sim.BotToken()), APIURL: sim.APIURL(), TeamID: team})
		_, err := client.CreateChannel(t.Context(), "inc-1"+strings.ToLower(team), false)
		return err
	}
	assert.Equal(t, "missing_argument", bot.CodeOf(made("")))
	assert.Equal(t, "team_access_not_granted", bot.CodeOf(made("T0OTHER001")))
	sim.ForgetViolations()
	require.NoError(t, made("T0TEAM0001"))
	client := bot.NewClient(bot.ClientConfig{BotToken: bot.Secret(sim.BotToken()), APIURL: sim.APIURL(), TeamID: "T0TEAM0001"})
	me, err := client.Self(t.Context())
	require.NoError(t, err)
	assert.True(t, me.OrgWide())
	ch, err := client.ChannelNamed(t.Context(), "incidents")
	require.NoError(t, err)
	again, err := client.Channel(t.Context(), ch.ID)
	require.NoError(t, err)
	assert.Equal(t, ch.Name, again.Name)
	ana, _ := sim.UserByName("ana")
	u, err := client.User(t.Context(), ana.ID)
	require.NoError(t, err)
	assert.False(t, u.Foreign)
	members, err := client.GroupMembers(t.Context(), sim.Groups()[0].ID)
	require.NoError(t, err)
	assert.NotEmpty(t, members)
	assert.Empty(t, sim.Violations())
}

// TestWhoIsAGuest: of one channel or of many, however they are found.
func TestWhoIsAGuest(t *testing.T) {
	o := workspace(t, slacksim.Options{Users: []slacksim.User{
		{Name: "ana", Email: "ana@example.com"}, {Name: "gus", Email: "gus@example.com", Guest: true}, {Name: "solo", Email: "solo@example.com", SingleChannel: true},
	}})
	for name, guest := range map[string]bool{"ana": false, "gus": true, "solo": true} {
		who, ok := o.UserByName(name)
		require.True(t, ok)
		u, err := o.client.User(t.Context(), who.ID)
		require.NoError(t, err)
		assert.Equal(t, guest, u.Guest, name)
		assert.False(t, u.Foreign, name)
		u, err = o.client.UserByEmail(t.Context(), name+"@example.com")
		require.NoError(t, err)
		assert.Equal(t, guest, u.Guest, name)
	}
}
