package incident

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func notice(text string) Notice {
	return Notice{Title: "Orders are late", Text: text, Status: PublicInvestigating, Components: []Component{{ID: "c1", Name: "Shop", State: PartialOutage}}, Notify: true}
}

func refused(t *testing.T, err error) *Refusal {
	t.Helper()
	var r *Refusal
	require.ErrorAs(t, err, &r)
	return r
}

func TestPublishIsRecordedBeforeItIsCarriedOut(t *testing.T) {
	inc := declared(t, "P0")
	c, err := Publish(inc, ben, notice("  Orders are late.  "), 0, false, t0)
	require.NoError(t, err)
	require.Equal(t, []EventKind{EventPublishAsked}, kinds(c.Events))
	require.Contains(t, c.Effects, PublishStatus{inc.Ref(), 0})
	post := c.Incident.Publication.Posts[0]
	assert.Equal(t, "Orders are late.", post.Text)
	assert.True(t, post.Waits())
	assert.False(t, c.Incident.Publication.Open(), "nothing stands there yet")
	assert.True(t, c.Incident.NeedsCommunication(), "nor is anybody told")

	c, err = PublishTried(c.Incident, 0, t0.Add(time.Second))
	require.NoError(t, err)
	assert.False(t, c.Empty())
	c, err = Published(c.Incident, 0, Receipt{Incident: "p1", URL: "https://stspg.io/1", Post: "u1"}, t0.Add(2*time.Second))
	require.NoError(t, err)
	require.Equal(t, []EventKind{EventPublished}, kinds(c.Events))
	assert.True(t, c.Events[0].Aloud)
	assert.Equal(t, ben, c.Incident.CommunicatedBy, "marked as sent by that")
	assert.False(t, c.Incident.NeedsCommunication())
	assert.True(t, c.Incident.Publication.Open())
	again, err := Published(c.Incident, 0, Receipt{Incident: "p2"}, t0.Add(time.Minute))
	require.NoError(t, err)
	assert.True(t, again.Empty(), "what is recorded is not recorded again")
	failed, err := PublishFailed(c.Incident, 0, "late answer", false, t0.Add(time.Minute))
	require.NoError(t, err)
	assert.True(t, failed.Empty())

	n := notice("It is over.")
	n.Status, n.Title = PublicResolved, ""
	c, err = Publish(c.Incident, ana, n, 1, false, t0.Add(time.Hour))
	require.NoError(t, err)
	c, err = Published(c.Incident, 1, Receipt{Incident: "p1", Post: "u2", Meanwhile: "it said “x” there"}, t0.Add(time.Hour))
	require.NoError(t, err)
	assert.False(t, c.Incident.Publication.Open())
	assert.Equal(t, "https://stspg.io/1", c.Incident.Publication.URL)
	assert.Equal(t, ben, c.Incident.CommunicatedBy, "who told them first")
	assert.Equal(t, "it said “x” there", c.Events[0].Note)
}

func TestWhatIsSaidAfterTheEndReachesThePostmortem(t *testing.T) {
	c, err := Resolve(declared(t, "P0"), ben, "rolled back", t0)
	require.NoError(t, err)
	c, err = Publish(c.Incident, ben, notice("It is over."), 0, false, t0)
	require.NoError(t, err)
	early, err := Published(c.Incident, 0, Receipt{Incident: "p1"}, t0)
	require.NoError(t, err)
	assert.NotContains(t, early.Effects, FilePostmortem{c.Incident.Ref(), early.Incident.Revision}, "it is still to be drafted")
	c.Incident.PostmortemNumber = 7
	c, err = Published(c.Incident, 0, Receipt{Incident: "p1"}, t0)
	require.NoError(t, err)
	assert.Contains(t, c.Effects, FilePostmortem{c.Incident.Ref(), c.Incident.Revision})
}

func TestWhatIsNotPublished(t *testing.T) {
	drill := declared(t, "P0")
	drill.Drill = true
	_, err := Publish(drill, ben, notice("x"), 0, true, t0)
	assert.Equal(t, NotForDrills, refused(t, err).Reason)

	private := declared(t, "P0")
	private.Private = true
	_, err = Publish(private, ben, notice("x"), 0, false, t0)
	assert.Equal(t, NotConfirmed, refused(t, err).Reason)
	_, err = Publish(private, ben, notice("x"), 0, true, t0)
	assert.NoError(t, err)

	inc := declared(t, "P0")
	_, err = Publish(inc, ben, notice(" \n"), 0, false, t0)
	assert.Equal(t, NeedsText, refused(t, err).Reason)
	untitled := notice("x")
	untitled.Title = ""
	_, err = Publish(inc, ben, untitled, 0, false, t0)
	assert.Equal(t, NeedsText, refused(t, err).Reason)
	odd := notice("x")
	odd.Status = "scheduled"
	_, err = Publish(inc, ben, odd, 0, false, t0)
	assert.Equal(t, UnknownStatus, refused(t, err).Reason)

	c, err := Publish(inc, ben, notice("first"), 0, false, t0)
	require.NoError(t, err)
	_, err = Publish(c.Incident, ana, notice("second"), 0, false, t0.Add(time.Second))
	r := refused(t, err)
	assert.Equal(t, Already, r.Reason, "who saw none of it is told")
	assert.Equal(t, ben, r.By)

	c, err = Cancel(inc, ana, "false alarm", t0)
	require.NoError(t, err)
	_, err = Publish(c.Incident, ben, notice("x"), 0, false, t0)
	assert.Equal(t, Over, refused(t, err).Reason)
}

func TestAFailedPostMakesRoomForAnother(t *testing.T) {
	c, err := Publish(declared(t, "P0"), ben, notice("x"), 0, false, t0)
	require.NoError(t, err)
	c, err = PublishFailed(c.Incident, 0, "the key is refused", false, t0)
	require.NoError(t, err)
	require.Equal(t, []EventKind{EventPublishFailed}, kinds(c.Events))
	assert.True(t, c.Events[0].Aloud)
	assert.Equal(t, "x", c.Events[0].Text, "the text can be copied")
	assert.True(t, c.Incident.NeedsCommunication())
	_, err = Publish(c.Incident, ana, notice("y"), 1, false, t0)
	assert.NoError(t, err)

	inc := c.Incident
	inc.Publication.ID, inc.Publication.URL = "p1", "https://stspg.io/1"
	c, err = Publish(inc, ana, notice("y"), 1, false, t0)
	require.NoError(t, err)
	c, err = PublishFailed(c.Incident, 1, "it was deleted there", true, t0)
	require.NoError(t, err)
	assert.Empty(t, c.Incident.Publication.ID, "the next makes a new one")
}
