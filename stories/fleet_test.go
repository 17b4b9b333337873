package stories

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/slack-go/slack"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	slacksim "mayday/sim/slack"
	"mayday/store/localpg"
)

// fleet is a workspace and a durable database, with real processes between them.
type fleet struct {
	*world
	b        *testing.B
	pg       *localpg.Server
	db       *pgx.Conn
	binary   string
	replicas []*exec.Cmd
}

// onCall is how many people the clocks of these benchmarks page: one direct
// message a second is all that Slack takes for each.
const onCall = 20

// newFleet makes a workspace with so many channels due-0, due-1… and Slack's rates, and an empty database that waits for
// its disk. change is what else the workspace is to be like.
func newFleet(b *testing.B, binary string, channels int, change ...func(*slacksim.Options)) *fleet {
	b.Helper()
	o := slacksim.Options{Users: people(), Groups: groups(), Rates: true, Channels: []string{"general", "incidents"}}
	for i := range onCall {
		o.Users = append(o.Users, slacksim.User{ID: pager(i), Name: fmt.Sprintf("oncall%d", i), RealName: fmt.Sprintf("Number %d", i)})
	}
	for i := range channels {
		o.Channels = append(o.Channels, fmt.Sprintf("due-%d", i))
	}
	for _, f := range change {
		f(&o)
	}
	sim, err := slacksim.New(o)
	require.NoError(b, err)
	require.NoError(b, sim.Start("127.0.0.1:0"))
	dir := b.TempDir()
	for d := dir; len(d) > len(os.TempDir()); d = filepath.Dir(d) {
		require.NoError(b, os.Chmod(d, 0o755)) // PostgreSQL's user has to get in
	}
	pg, err := localpg.Start(b.Context(), localpg.Options{Dir: dir + "/pg"})
	require.NoError(b, err)
	b.Cleanup(func() { _ = pg.Stop(context.Background()) }) // when the benchmark failed before close
	require.NoError(b, migrated(b.Context(), pg.URL()))
	db, err := pgx.Connect(b.Context(), pg.URL())
	require.NoError(b, err)
	return &fleet{b: b, pg: pg, db: db, binary: binary, world: &world{t: b, sim: sim, env: map[string]string{
		"SLACK_BOT_TOKEN": sim.BotToken(), "SLACK_APP_TOKEN": sim.AppToken(), "SLACK_API_URL": sim.APIURL(), "DATABASE_URL": pg.URL(),
		"MAYDAY_HTTP_ADDR": "127.0.0.1:0", "MAYDAY_PROBES": "off", "MAYDAY_ROUNDS": "off", "MAYDAY_DIGEST": "off", "MAYDAY_LOG_LEVEL": "error",
	}}}
}

func pager(i int) string { return fmt.Sprintf("U0PAGER%03d", i) }

// run starts replicas and lets them settle.
func (f *fleet) run(replicas int) {
	for range replicas {
		f.replicas = append(f.replicas, f.spawn(f.binary))
	}
	require.True(f.b, f.sim.WaitSockets(2*replicas, patience))
	time.Sleep(3 * time.Second)
}

// rest waits until no job is due and no call was made for a moment.
func (f *fleet) rest() {
	calls := -1
	require.True(f.b, f.eventually(func() bool {
		time.Sleep(100 * time.Millisecond)
		var busy int
		err := f.db.QueryRow(f.b.Context(), `select count(*) from river.river_job where state = 'running' or state in ('available', 'scheduled', 'retryable') and scheduled_at < now() + interval '5 s'`).Scan(&busy)
		n := len(f.sim.Calls())
		same := n == calls
		calls = n
		return err == nil && busy == 0 && same
	}), "it does not come to rest")
}

// stop ends the replicas.
func (f *fleet) stop() {
	for _, p := range f.replicas {
		require.NoError(f.b, p.Process.Signal(os.Interrupt))
		require.NoError(f.b, p.Wait())
	}
	f.replicas = nil
}

// close ends everything; the replicas have to stop when asked, and Slack to have had no complaint.
func (f *fleet) close() {
	f.stop()
	require.Empty(f.b, f.sim.Violations())
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	require.NoError(f.b, f.sim.Close(ctx))
	require.NoError(f.b, f.db.Close(ctx))
	require.NoError(f.b, f.pg.Stop(ctx))
}

// ticking is an incident in a channel, with one clock and nothing else to wake it.
func ticking(b *testing.B, id int64, channel string, clock incident.Clock, due time.Time) incident.Incident {
	p := incident.Policy{Severities: []incident.Severity{{Label: "P1", Respond: incident.Within(time.Hour), Escalate: incident.Within(time.Hour),
		FixWithin: incident.Within(4 * time.Hour), UpdateEvery: incident.Within(time.Hour)}}}
	for i := range onCall {
		p.Contacts = append(p.Contacts, incident.Contact{Role: "On-Call", Name: fmt.Sprintf("Number %d", i), Slack: pager(i)})
	}
	c, err := incident.Declare(incident.Ref{Incident: id}, incident.Declaration{Title: "checkout answers 500", Policy: p, By: "U0MIA00001"}, due.Add(-time.Hour))
	require.NoError(b, err)
	inc := c.Incident
	inc.ChannelID, inc.ChannelName = channel, "inc"
	inc.Pages = nil
	if clock != incident.ClockEscalate {
		inc.Status, inc.AcknowledgedBy, inc.AcknowledgedAt = incident.Investigating, inc.DeclaredBy, inc.DeclaredAt
	}
	inc.Plan.Due = map[incident.Clock]time.Time{clock: due}
	inc.Plan.Breached = map[incident.Clock]time.Time{}
	return inc
}

// insert puts incidents and their timers into the database in bulk and wakes the clocks.
func (f *fleet) insert(incs []incident.Incident) {
	ctx := f.b.Context()
	i := 0
	_, err := f.db.CopyFrom(ctx, pgx.Identifier{"mayday", "incident"}, []string{"id", "doc", "declared_at"}, pgx.CopyFromSlice(len(incs), func(n int) ([]any, error) {
		doc, err := json.Marshal(incs[n])
		return []any{incs[n].ID, doc, incs[n].DeclaredAt}, err
	}))
	require.NoError(f.b, err)
	_, err = f.db.CopyFrom(ctx, pgx.Identifier{"mayday", "timer"}, []string{"incident_id", "clock", "due_at"}, pgx.CopyFromFunc(func() ([]any, error) {
		if i == len(incs) {
			return nil, nil
		}
		t := incs[i].Timers()[0]
		i++
		return []any{incs[i-1].ID, string(t.Clock), t.Due}, nil
	}))
	require.NoError(f.b, err)
	_, err = f.db.Exec(ctx, `select pg_notify('mayday_clock', '')`)
	require.NoError(f.b, err)
}

// pending fills the database with n incidents whose clocks run out after the benchmark, the first of them in channels that
// there are. The others have none: of a channel that is gone mayday would speak.
func (f *fleet) pending(n int, channels ...string) {
	const batch = 10_000
	for from := 0; from < n; from += batch {
		incs := make([]incident.Incident, 0, batch)
		for i := from; i < min(n, from+batch); i++ {
			due := time.Now().Add(2*time.Hour + time.Duration(i)*time.Second).UTC().Truncate(time.Microsecond)
			var channel string
			if i < len(channels) {
				channel = channels[i]
			}
			incs = append(incs, ticking(f.b, int64(1_000_000+i), channel, incident.ClockUpdate, due))
		}
		f.insert(incs)
	}
	for _, tidy := range []string{`vacuum analyze mayday.incident`, `vacuum analyze mayday.timer`, `checkpoint`} {
		_, err := f.db.Exec(f.b.Context(), tidy)
		require.NoError(f.b, err)
	}
}

// furnish prepares n channels as declarations leave them: the app is in them, and
// a card stands. The announcement shows nothing of clocks, so it stays as it is.
func (f *fleet) furnish(n int) (channels []string, surfaces [][]any) {
	api := slack.New(f.sim.BotToken(), slack.OptionAPIURL(f.sim.APIURL()))
	for i := range n {
		c, ok := f.sim.Channel(fmt.Sprintf("due-%d", i))
		require.True(f.b, ok)
		require.NoError(f.b, f.sim.Invite("ana", c.ID, f.sim.BotUser().ID))
		_, ts, err := api.PostMessageContext(f.b.Context(), c.ID, slack.MsgOptionText("card", false))
		require.NoError(f.b, err)
		surfaces = append(surfaces, []any{i + 1, "card", c.ID, ts, 1, true}, []any{i + 1, "announcement", "", ts, 1_000_000, false})
		channels = append(channels, c.ID)
	}
	f.sim.ResetCalls()
	return channels, surfaces
}

// show has the surfaces of furnish stand for incidents that are there.
func (f *fleet) show(surfaces [][]any) {
	_, err := f.db.CopyFrom(f.b.Context(), pgx.Identifier{"mayday", "surface"}, []string{"incident_id", "surface", "channel", "ts", "revision", "pinned"}, pgx.CopyFromRows(surfaces))
	require.NoError(f.b, err)
}

// build compiles the program, as a release is built, once for a benchmark.
func build(b *testing.B) string {
	binary := filepath.Join(b.TempDir(), "mayday")
	compile := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "../cmd/mayday")
	compile.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := compile.CombinedOutput()
	require.NoError(b, err, string(out))
	return binary
}
