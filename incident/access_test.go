package incident

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestWhoMayDoWhat reads every cell of the table: for each deed the verdicts within
// the incident's channel and elsewhere, in the order member, guest, foreign, bot, and
// whom Slack did not describe. docs/security.md has the same table in words.
func TestWhoMayDoWhat(t *testing.T) {
	standings := []Standing{Member, Guest, Foreign, Machine, Unknown}
	read := func(a Access, d Deed) string {
		var cells []string
		for _, s := range standings {
			cells = append(cells, string(a.Verdict(s, d, true))+"/"+string(a.Verdict(s, d, false)))
		}
		return strings.Join(cells, " ")
	}
	for name, c := range map[string]struct {
		a    Access
		want map[Deed]string
	}{
		"default": {Access{}, map[Deed]string{
			Declaring:  "yes/yes no/no no/no no/no yes/yes",
			Acting:     "yes/joins yes/inside yes/inside no/no yes/joins",
			Publishing: "yes/joins no/no no/no no/no yes/joins",

			Seeing:    "yes/yes yes/inside yes/inside no/no yes/yes",
			Asking:    "yes/yes yes/inside yes/inside no/no yes/yes",
			Checking:  "yes/yes no/no no/no no/no yes/yes",
			Querying:  "yes/inside no/no no/no no/no yes/inside",
			Reading:   "yes/listed no/no no/no no/no no/no",
			TypingSQL: "listed/inside no/no no/no no/no no/no",
			Tending:   "yes/yes no/no no/no no/no yes/yes",

			Inspecting: "yes/yes no/no no/no no/no yes/yes",
		}},
		"the defaults by name": {Access{Declare: DeclareMembers, ActFrom: ActAnywhere, Guests: GuestsAct}, map[Deed]string{
			Declaring: "yes/yes no/no no/no no/no yes/yes", Acting: "yes/joins yes/inside yes/inside no/no yes/joins",
		}},
		"strict": {Access{Declare: "S0ONCALL,U0ANA1", ActFrom: ActInside, Guests: GuestsOff}, map[Deed]string{
			Declaring: "listed/listed no/no no/no no/no listed/listed",
			Acting:    "yes/inside no/no no/no no/no yes/inside", Publishing: "yes/inside no/no no/no no/no yes/inside",
			Seeing:    "yes/yes no/no no/no no/no yes/yes",
			Asking:    "yes/yes no/no no/no no/no yes/yes",
			Querying:  "yes/inside no/no no/no no/no yes/inside",
			TypingSQL: "listed/inside no/no no/no no/no no/no",
		}},
		"guests only read": {Access{Guests: GuestsRead}, map[Deed]string{
			Acting: "yes/joins no/no no/no no/no yes/joins",
			Seeing: "yes/yes yes/inside yes/inside no/no yes/yes",
			Asking: "yes/yes yes/inside yes/inside no/no yes/yes",
		}},
		"loose": {Access{Declare: DeclareGuests}, map[Deed]string{
			Declaring: "yes/yes yes/yes no/no no/no yes/yes",
			Querying:  "yes/inside no/no no/no no/no yes/inside",
			TypingSQL: "listed/inside no/no no/no no/no no/no",
		}},
	} {
		for d, want := range c.want {
			assert.Equal(t, want, read(c.a, d), "%s: %s", name, d)
		}
	}
	for d := range access {
		for _, inside := range []bool{true, false} {
			assert.Equal(t, Denied, Access{}.Verdict("king", d, inside), "what has no name in the table may nothing")
		}
	}
	assert.Equal(t, Denied, Access{}.Verdict(Member, "rule", true))
	assert.Len(t, access, 11)
}

func TestAdmission(t *testing.T) {
	inc, _ := withQueries(t)
	inc.Responders = append(inc.Responders, "U0GUEST1")
	refused := func(want Reason, err error) {
		t.Helper()
		assert.Equal(t, want, reasonOf(t, err))
	}
	listed := Access{Declare: "U0ANA1,S0ONCALL"}
	require.NoError(t, listed.AdmitAtLarge(Caller{ID: "U0ANA1", Standing: Member}, Declaring, false))
	require.NoError(t, listed.AdmitAtLarge(Caller{ID: "U0X", Standing: Member, Groups: []string{"S0ONCALL"}}, Declaring, false))
	refused(NotListed, listed.AdmitAtLarge(Caller{ID: "U0X", Standing: Member}, Declaring, false))
	refused(NotForGuests, listed.AdmitAtLarge(Caller{ID: "U0ANA1", Standing: Guest}, Declaring, false))

	guest := func(id Person, channel string) Caller { return Caller{ID: id, Standing: Guest, Channel: channel} }
	require.NoError(t, Access{}.Admit(inc, guest("U0X", "C1"), Acting))
	refused(OnlyInside, Access{}.Admit(inc, guest("U0X", "C2"), Acting))
	refused(OnlyInside, Access{}.Admit(inc, guest("U0X", "D1"), Acting))
	require.NoError(t, Access{}.Admit(inc, guest("U0GUEST1", "D1"), Acting), "a guest who was paged answers from the page")
	refused(OnlyInside, Access{}.Admit(inc, guest("U0GUEST1", "C2"), Acting))
	refused(NotForGuests, Access{}.Admit(inc, guest("U0GUEST1", "C1"), Querying))
	refused(NotHere, Access{}.Admit(inc, Caller{ID: ana, Standing: Member, Channel: "C2"}, Querying))
	refused(OnlyInside, Access{ActFrom: ActInside}.Admit(inc, Caller{ID: ben, Standing: Member, Channel: "C2"}, Acting))
	require.NoError(t, Access{}.Admit(inc, Caller{ID: ben, Standing: Member, Channel: "C2"}, Acting))
}

func TestWhoSeesWhatIsPrivate(t *testing.T) {
	inc, _ := withQueries(t)
	assert.True(t, inc.VisibleTo("U0X", "C2"))
	inc.Private = true
	assert.False(t, inc.VisibleTo("U0X", "C2"))
	assert.False(t, inc.VisibleTo("U0X", ""))
	assert.True(t, inc.VisibleTo("U0X", "C1"), "in its own channel")
	assert.True(t, inc.VisibleTo(ana, "C2"), "who takes part")
	inc.ChannelID = ""
	assert.False(t, inc.VisibleTo("U0X", ""), "no channel is nobody's")
}

func TestWhoActsFromOutsideIsBroughtIn(t *testing.T) {
	inc, _ := withQueries(t)
	act := func(before Incident, by Person, channel string) Change {
		t.Helper()
		c, err := Acknowledge(before, by, t0)
		require.NoError(t, err)
		return FromOutside(before, c, by, channel, t0)
	}
	invites := func(c Change) (n int) {
		for _, fx := range c.Effects {
			if _, ok := fx.(Invite); ok {
				n++
			}
		}
		return n
	}
	c := act(inc, ben, "C2")
	assert.Equal(t, []EventKind{EventAcknowledged, EventJoined}, kinds(c.Events))
	assert.True(t, c.Events[1].Aloud)
	assert.Equal(t, c.Incident.Revision, c.Events[1].Seq)
	assert.Equal(t, 1, invites(c))
	for _, fx := range c.Effects {
		if s, ok := fx.(Show); ok {
			assert.Equal(t, c.Incident.Revision, s.Revision, "what is drawn shows the newest")
		}
	}
	note, err := Note(c.Incident, ben, "seen", t0)
	require.NoError(t, err)
	again := FromOutside(c.Incident, note, ben, "C2", t0)
	assert.Equal(t, []EventKind{EventNoted}, kinds(again.Events), "said once")
	assert.Equal(t, 1, invites(again), "they may have left since")

	assert.Zero(t, invites(act(inc, ben, "C1")), "inside already")
	assert.Equal(t, 1, invites(act(inc, ana, "D1")), "whoever answers a page may have left the channel since")
	private := inc
	private.Private = true
	assert.Equal(t, 1, invites(act(private, ana, "C2")), "who takes part in a private incident is in its channel")
	assert.Zero(t, invites(act(private, ben, "C2")), "and nobody else")
	quiet, err := Note(inc, ben, "quiet", t0)
	require.NoError(t, err)
	noted := FromOutside(inc, quiet, ben, "", t0)
	assert.Equal(t, []EventKind{EventNoted, EventJoined}, kinds(noted.Events))
	assert.Equal(t, []Person{ben}, noted.Incident.Joined, "a note makes nobody a responder")
	speaks := 0
	for _, fx := range noted.Effects {
		if _, ok := fx.(Speak); ok {
			speaks++
		}
	}
	assert.Equal(t, 1, speaks)

	early := inc
	early.ChannelID = ""
	waiting, err := Note(early, ben, "early", t0)
	require.NoError(t, err)
	w := FromOutside(early, waiting, ben, "C2", t0)
	assert.Zero(t, invites(w))
	opened, err := ChannelOpened(w.Incident, "C9", "inc-7", t0)
	require.NoError(t, err)
	assert.Contains(t, opened.Effects, Invite{Ref: w.Incident.Ref(), People: []Person{ana, ben}, Contacts: w.Incident.admitted(t0), At: t0})

	closing, err := Resolve(inc, ana, "", t0)
	require.NoError(t, err)
	closed, err := Close(closing.Incident, ben, t0)
	require.NoError(t, err)
	assert.Zero(t, invites(FromOutside(closing.Incident, closed, ben, "C2", t0)), "nobody is invited to the archive")
	assert.True(t, FromOutside(inc, Change{Incident: inc}, ben, "C2", t0.Add(time.Second)).Empty(), "nothing happened")
}

// TestWhatGuestsDoAsksNoQuery: of what mayday would ask by itself because of them, members are told.
func TestWhatGuestsDoAsksNoQuery(t *testing.T) {
	inc, _ := withQueries(t)
	other := inc.Walk().Playbook
	other.Slug, other.Title = "other", "Other"
	asks := func(c Change) bool {
		return slices.ContainsFunc(c.Effects, func(fx Effect) bool { _, ok := fx.(RunQueries); return ok })
	}
	switched, err := SwitchPlaybook(inc, ana, other, t0)
	require.NoError(t, err)
	resolved, err := Resolve(inc, ana, "over", t0)
	require.NoError(t, err)
	for _, c := range []Change{switched, resolved} {
		require.True(t, asks(c))
		kept := WithoutQueries(c)
		assert.False(t, asks(kept))
		assert.Len(t, kept.Effects, len(c.Effects)-1, "and all else is done")
		last := kept.Events[len(kept.Events)-1]
		assert.Contains(t, last.Sentence(plain), "wait for a full member")
		assert.NotContains(t, c.Events[len(c.Events)-1].Note, "member", "what was given stays as it is")
	}
	note, err := Note(inc, ben, "seen", t0)
	require.NoError(t, err)
	assert.Equal(t, note, WithoutQueries(note))
}
