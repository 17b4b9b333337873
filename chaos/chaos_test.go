package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/incident"
	githubsim "mayday/sim/github"
	slacksim "mayday/sim/slack"
	"mayday/store/storetest"
)

// people of the workspace; the first three are the runbook's contacts, the first four type.
func people() []slacksim.User {
	return []slacksim.User{
		{Name: "ana", RealName: "Ana Ruiz", Email: "ana@example.com", Admin: true},
		{Name: "ben", RealName: "Ben Okafor", Email: "ben@example.com"},
		{Name: "chidi", RealName: "Chidi Eze", Email: "chidi@example.com"},
		{Name: "mia", RealName: "Mia Lindqvist", Email: "mia@example.com"},
		{Name: "zoe", RealName: "Zoë Adler", Email: "zoe@example.com"}, // types nothing, and may be deactivated
	}
}

// TestChaosNothingIsLostAndNothingIsSaidTwice kills replicas, the database and
// connections while people work on incidents, with faults in every answer of
// Slack and GitHub, and while people do to channels and messages what they like
// (meddle_test.go) and monitors post alerts (alerts_test.go), and then judges each incident and each alert. MAYDAY_CHAOS=1 makes it long,
// MAYDAY_CHAOS_INCIDENTS says how long; MAYDAY_CHAOS_SEED repeats the choices of an earlier run.
func TestChaosNothingIsLostAndNothingIsSaidTwice(t *testing.T) {
	t.Parallel()
	incidents, apart := 12, 1500*time.Millisecond
	if os.Getenv("MAYDAY_CHAOS") != "" {
		// Slack lets an app make 20 channels a minute.
		incidents, apart = 220, 3500*time.Millisecond
	}
	if s := os.Getenv("MAYDAY_CHAOS_INCIDENTS"); s != "" {
		var err error
		incidents, err = strconv.Atoi(s)
		require.NoError(t, err)
	}
	seed := seedOf(t)
	// What a team has in years comes in minutes: GitHub's calls an hour would not last.
	h := newHouse(t, "testdata/runbook.md", slacksim.Options{Users: people()})
	defer h.lastWords()
	h.wire = storetest.NewWire(t, h.pg.URL())
	h.env = append(h.env, "DATABASE_URL="+h.wire.URL, "MAYDAY_ALERT_DECLARE=scenario="+declaredKind)
	monitors := h.newSenders()
	h.replica()
	h.replica()
	for _, r := range h.replicas {
		r.ready()
	}
	misbehave(h, seed)

	ctx, calm := context.WithCancel(t.Context())
	var storm, crowd sync.WaitGroup
	storm.Go(func() { h.storm(ctx, rand.New(rand.NewPCG(seed, 1))) })
	storm.Go(func() { h.meddle(ctx, rand.New(rand.NewPCG(seed, 0))) })
	for i := range 4 {
		storm.Go(func() { monitors.run(ctx, i, rand.New(rand.NewPCG(seed, ^uint64(i)))) })
	}
	for i := range incidents {
		crowd.Go(func() { h.person(i, rand.New(rand.NewPCG(seed, uint64(i)+2))) })
		time.Sleep(apart)
	}
	crowd.Wait()
	calm()
	storm.Wait()

	h.behave()
	monitors.end(rand.New(rand.NewPCG(seed, 1)))
	time.Sleep(7 * time.Second) // the clocks of those whom nobody looks after run out
	monitors.heard()
	h.rest(10 * time.Minute)
	h.afterMeddling()
	h.rest(10 * time.Minute)
	h.judge(incidents + 1) // and what an alert declared
	monitors.judge()
	t.Logf("%d incidents, %d calls of Slack and GitHub, %d processes killed, %d stopped, %d restarts of the database; people did %v",
		incidents, len(h.sim.Calls()), h.count("kill"), h.count("stop"), h.count("database"), h.meddled.done)
	require.Positive(t, h.count("kill"))
	require.NotEmpty(t, h.meddled.done)
}

// behave ends all mischief.
func (h *house) behave() {
	h.sim.Mischief().Clear()
	h.github.Mischief().Clear()
	h.sim.Mischief().Heal()
}

// misbehave spoils a share of all answers, most of them after the work was done.
func misbehave(h *house, seed uint64) {
	type odds struct {
		method string
		share  float64
		fault  slacksim.Fault
	}
	for i, f := range []odds{
		{"chat.postMessage", 0.05, slacksim.Fault{HTTP: http.StatusInternalServerError, ApplyFirst: true}},
		{"chat.postMessage", 0.03, slacksim.Fault{Truncate: true}},
		{"chat.postMessage", 0.03, slacksim.Fault{ApplyFirst: true}},
		{"chat.postMessage", 0.03, slacksim.Fault{HTTP: http.StatusTooManyRequests, RetryAfter: 1}},
		{"chat.postMessage", 0.02, slacksim.Fault{Hang: 2 * time.Second}},
		{"conversations.create", 0.15, slacksim.Fault{Error: "fatal_error", ApplyFirst: true}},
		{"pins.add", 0.1, slacksim.Fault{HTTP: http.StatusInternalServerError, ApplyFirst: true}},
		{"*", 0.03, slacksim.Fault{HTTP: http.StatusServiceUnavailable}},
		{"*", 0.01, slacksim.Fault{Reset: true}},
	} {
		h.sim.Mischief().FailRate(f.method, f.share, f.fault, seed+uint64(i))
	}
	for i, f := range []odds{
		{"POST issues", 0.2, githubsim.Fault{HTTP: http.StatusBadGateway, ApplyFirst: true}},
		{"GET issues", 0.1, githubsim.Fault{HTTP: http.StatusServiceUnavailable}},
		{"*", 0.03, githubsim.Fault{HTTP: http.StatusServiceUnavailable}},
		{"*", 0.01, githubsim.Fault{Reset: true}},
	} {
		h.github.Mischief().FailRate(f.method, f.share, f.fault, seed+uint64(i))
	}
}

// deeds name what storm does.
var deeds = [...]string{"kill", "kill", "kill", "stop", "database", "reset", "half-open", "disconnect", "outage", "cut", "freeze"}

// count says how often a deed was done.
func (h *house) count(deed string) (n int) {
	for _, d := range h.deeds {
		if d == deed {
			n++
		}
	}
	return n
}

// storm breaks one thing after the other.
func (h *house) storm(ctx context.Context, r *rand.Rand) {
	for ctx.Err() == nil {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Duration(500+r.IntN(2500)) * time.Millisecond):
		}
		victim := h.replicas[r.IntN(len(h.replicas))]
		what := r.IntN(len(deeds))
		if len(h.deeds) == 0 {
			what = 0 // a short run has ten deeds, of which chance may choose no kill
		}
		h.deeds = append(h.deeds, deeds[what])
		pause := time.Duration(r.IntN(1500)) * time.Millisecond
		m := h.sim.Mischief()
		switch what {
		case 0, 1, 2:
			victim.kill()
			time.Sleep(pause)
			victim.start()
		case 3:
			if code, err := victim.stop(15 * time.Second); err != nil || code != 0 {
				h.t.Errorf("SIGTERM: exit code %d, %v", code, err)
			}
			victim.start()
		case 4:
			h.stopDatabase()
			time.Sleep(pause)
			h.startDatabase()
			for _, x := range h.replicas {
				if _, err := x.exit(0); err == nil {
					x.start() // it was starting while there was no database
				}
			}
		case 5:
			m.ResetSockets()
		case 6:
			m.HalfOpen()
			time.Sleep(pause)
			m.Heal()
		case 7:
			m.Disconnect("warning")
		case 8:
			h.github.Mischief().FailNext("POST issues", 5, slacksim.Fault{HTTP: http.StatusServiceUnavailable})
			m.FailNext("conversations.open", 5, slacksim.Fault{HTTP: http.StatusInternalServerError})
		case 9:
			h.wire.Cut()
		case 10:
			_ = victim.cmd.Process.Signal(syscall.SIGSTOP)
			time.Sleep(4 * pause) // up to six seconds: long enough to be taken for dead
			_ = victim.cmd.Process.Signal(syscall.SIGCONT)
		}
		_, _ = h.db.Exec(ctx, `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'mayday' and random() < 0.02`)
	}
}

// person declares one incident and does with it what people do.
func (h *house) person(i int, r *rand.Rand) {
	who := people()[r.IntN(4)].Name
	title := fmt.Sprintf("chaos %03d", i)
	severity := r.IntN(3)
	scenario := []string{"p0 site-down", "p1 queue-stuck", "p2 slow-pages"}[severity]
	if !h.types(who, "general", "/incident "+scenario+" "+title) {
		h.t.Errorf("%s could not be declared", title)
		return
	}
	id := query[int64](h, `select id from mayday.incident where title in ($1, $1 || ' --another')`, title)
	if len(id) == 0 {
		h.t.Errorf("%s was declared, but is not there", title)
		return
	}
	do := func(verb, words string, done incident.EventKind) {
		time.Sleep(time.Duration(r.IntN(4000)) * time.Millisecond)
		if !h.types(who, "general", fmt.Sprintf("/incident %s #%d %s", verb, id[0], words)) {
			h.t.Errorf("%s: %s was never answered", title, verb)
		}
		if query[int](h, `select count(*)::int from mayday.event where incident_id = $1 and kind = $2`, id[0], string(done))[0] == 0 {
			h.t.Errorf("%s: %s was answered and is not recorded", title, verb)
		}
	}
	if r.IntN(4) > 0 {
		do("ack", "", incident.EventAcknowledged)
	}
	do("note", title, incident.EventNoted)
	if severity == 2 {
		do("sev", "p1 it spreads", incident.EventSeverityChanged)
	}
	do("update", "looking into it", incident.EventUpdated)
	if r.IntN(2) == 0 {
		h.chats(id[0])
		do("done", "", incident.EventStepDone)
	}
	if r.IntN(3) == 0 && !h.types(who, "general", fmt.Sprintf("/incident page %d @zoe", id[0])) {
		h.t.Errorf("%s: page was never answered", title)
	}
	switch r.IntN(5) {
	case 0, 1, 2:
		do("resolve", "fixed", incident.EventResolved)
	case 3:
		do("cancel", "false alarm", incident.EventCancelled)
	}
}

// chats has people talk in the channel of an incident, so that what stands in it lies far above.
func (h *house) chats(id int64) {
	channel := query[string](h, `select coalesce(channel_id, '') from mayday.incident where id = $1`, id)[0]
	for n := range 12 {
		if channel != "" {
			h.sim.Say("ana", channel, fmt.Sprintf("is it %d?", n), "")
		}
	}
}

// types types a command until it is answered as recorded, as a person would who
// sees an error of Slack, or that nothing was recorded.
func (h *house) types(who, channel, command string) bool {
	title, declares := titleOf(command)
	for range 60 {
		r := h.sim.Command(who, channel, command)
		if r.Err == "" && strings.Contains(r.Text, "declare another?") {
			r = h.another(who, channel, command)
		}
		if r.Err == "" && !unsure(r.Text) {
			return true
		}
		if declares && (r.Err == "operation_timeout" || strings.Contains(r.Text, "not confirmed")) {
			// It may have been recorded although nobody said so: look before declaring again.
			time.Sleep(time.Second)
			if h.declared(title) {
				return true
			}
		}
		time.Sleep(300 * time.Millisecond)
	}
	return false
}

// titleOf is the title that a command declares an incident with; false for every other command.
func titleOf(command string) (string, bool) {
	if !declaration.MatchString(command) {
		return "", false
	}
	return command[strings.Index(command, "chaos"):], true
}

var declaration = regexp.MustCompile(`^/incident p\d .*chaos \d+$`)

// declared reports whether there is an incident of a title. The release before takes
// "--another" for a part of it.
func (h *house) declared(title string) bool {
	return len(query[int64](h, `select id from mayday.incident where title in ($1, $1 || ' --another')`, title)) > 0
}

// another presses the button of the question whether an incident is another one.
func (h *house) another(who, channel, command string) slacksim.Reply {
	title, _ := titleOf(command)
	asked := h.sim.Ephemerals(who, channel)
	for i := len(asked) - 1; i >= 0; i-- {
		if strings.Contains(string(asked[i].Blocks), strings.TrimPrefix(command, "/incident ")+" --another") {
			r := h.sim.Press(who, channel, asked[i].TS, "Declare another")
			if r.Err == "" && !h.declared(title) {
				r.Err = "operation_timeout" // the answer to a click does not ride on its acknowledgement
			}
			return r
		}
	}
	return slacksim.Reply{Err: "no question with " + title}
}

// unsure reports whether an answer says that nothing was recorded, or that it is
// not known: whoever reads that tries again.
func unsure(answer string) bool {
	for _, words := range []string{"not recorded", "Nothing was recorded", "not confirmed", "nothing was recorded"} {
		if strings.Contains(answer, words) {
			return true
		}
	}
	return false
}

// TestAReplicaThatIsAskedToEndFinishesAndHandsOver: within ten seconds, with exit
// code 0, and the others do the rest.
func TestAReplicaThatIsAskedToEndFinishesAndHandsOver(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "testdata/runbook.md", slacksim.Options{Users: people(), Latency: 200 * time.Millisecond})
	defer h.lastWords()
	first, second := h.replica(), h.replica()
	first.ready()
	second.ready()
	for i := range 5 {
		require.True(t, h.types("ana", "general", fmt.Sprintf("/incident p2 slow-pages chaos %03d", i)))
	}
	code, err := first.stop(10 * time.Second)
	require.NoError(t, err)
	require.Zero(t, code)
	require.True(t, h.types("ana", "general", "/incident p2 slow-pages chaos 005"), "the other one answers")
	h.rest(time.Minute)
	h.judge(6)
	require.Empty(t, h.sim.Violations(), "nobody was left without an answer")
	require.Contains(t, h.sim.Endings(), "close frame 1000")
	require.NotContains(t, h.sim.Endings(), "dropped")
	require.NoError(t, second.cmd.Process.Signal(syscall.Signal(0)), "it runs on")
}
