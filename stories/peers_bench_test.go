package stories

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/figures"
	slacksim "mayday/sim/slack"
)

// BenchmarkPeers has twenty people at once type to mayday, to an app of slack-go's own Socket Mode client and to one of
// Bolt for JavaScript, in turn, each in a workspace and a process of its own. The other two acknowledge the command and do
// nothing else; mayday answers with its help, and with the card of an incident out of a database. How long the
// acknowledgement took is told in ms, and for mayday as a multiple of Bolt's. What mayday answers is checked and shown once
// all are acknowledged: Slack does that on computers of its own, and the answers of the others are empty.
func BenchmarkPeers(b *testing.B) {
	const people, rounds = 20, 100
	f := newFleet(b, build(b), 0, func(o *slacksim.Options) { o.ShowLate = true })
	f.run(1)
	f.sim.Command("ana", "general", "/incident p2 job-queue-stuck --another peers")
	f.stands("#inc-1-", time.Now(), "Step 1/")
	f.rest()
	channel := f.channelOf("inc-1-")

	type contestant struct {
		name, channel, text string
		sim                 *slacksim.Sim
	}
	list := []contestant{{"help", channel, "/incident help", f.sim}, {"status", channel, "/incident status", f.sim},
		{"slack-go", "general", "/incident nothing", slackgo(b)}}
	bolt := bolt(b)
	if bolt != nil {
		list = append(list, contestant{"Bolt", "general", "/incident nothing", bolt})
	}
	took := map[string][]time.Duration{}
	for range b.N {
		for round := range rounds + 2 {
			for i := range list {
				c := list[(round+i)%len(list)] // nobody is always the first
				waited := together(b, c.sim, people, c.channel, c.text)
				if round >= 2 { // until then connections are opened, and programs warm up
					took[c.name] = append(took[c.name], waited...)
				}
			}
		}
	}
	for _, c := range list {
		b.ReportMetric(percentile(took[c.name], 0.5), c.name+"-p50-ms")
		b.ReportMetric(percentile(took[c.name], 0.99), c.name+"-p99-ms")
	}
	if bolt != nil {
		for _, name := range []string{"help", "status"} {
			figures.AtMost(b, percentile(took[name], 0.5)/percentile(took["Bolt"], 0.5), 1, name+"-p50-of-Bolt")
			figures.AtMost(b, percentile(took[name], 0.99)/percentile(took["Bolt"], 0.99), 1, name+"-p99-of-Bolt")
		}
	}
	b.ReportMetric(0, "ns/op")
	f.close()
}

// peer starts a program in a workspace of its own.
func peer(b *testing.B, connections int, program string, args ...string) *slacksim.Sim {
	sim, err := slacksim.New(slacksim.Options{Users: people(), ShowLate: true})
	require.NoError(b, err)
	require.NoError(b, sim.Start("127.0.0.1:0"))
	p := spawn(b, []string{"SLACK_BOT_TOKEN=" + sim.BotToken(), "SLACK_APP_TOKEN=" + sim.AppToken(), "SLACK_API_URL=" + sim.APIURL()}, program, args...)
	b.Cleanup(func() {
		_ = p.Process.Kill()
		_ = p.Wait()
		_ = sim.Close(b.Context()) // it may wait for connections that the killed one left
	})
	require.True(b, sim.WaitSockets(connections, patience), "%s does not connect", program)
	return sim
}

func slackgo(b *testing.B) *slacksim.Sim {
	binary := filepath.Join(b.TempDir(), "slackgo")
	out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w", "-o", binary, "./testdata/slackgo").CombinedOutput()
	require.NoError(b, err, string(out))
	return peer(b, 1, binary)
}

// bolt installs what testdata/bolt names, once, and starts it; nil where there is no Node.
func bolt(b *testing.B) *slacksim.Sim {
	node, err := exec.LookPath("node")
	if err == nil {
		_, err = exec.LookPath("npm")
	}
	if err != nil {
		b.Logf("NOT COMPARED WITH BOLT: %v. Install Node 20 or newer with npm.", err)
		return nil
	}
	cache, err := os.UserCacheDir()
	require.NoError(b, err)
	dir := filepath.Join(cache, "mayday-test", "bolt")
	require.NoError(b, os.RemoveAll(dir+".new")) // of one that was broken off
	require.NoError(b, os.CopyFS(dir+".new", os.DirFS("testdata/bolt")))
	if same(b, dir, dir+".new") {
		require.NoError(b, os.RemoveAll(dir+".new"))
	} else {
		install := exec.Command("npm", "install", "--no-audit", "--no-fund", "--no-package-lock")
		install.Dir = dir + ".new"
		out, err := install.CombinedOutput()
		require.NoError(b, err, string(out))
		require.NoError(b, os.RemoveAll(dir))
		require.NoError(b, os.Rename(dir+".new", dir))
	}
	return peer(b, 1, node, filepath.Join(dir, "app.js"))
}

// same reports whether one folder holds the files of the other as they are, and what they depend on.
func same(b *testing.B, dir, wanted string) bool {
	if _, err := os.Stat(filepath.Join(dir, "node_modules", "@slack", "bolt")); err != nil {
		return false
	}
	for _, name := range []string{"package.json", "app.js"} {
		want, err := os.ReadFile(filepath.Join(wanted, name))
		require.NoError(b, err)
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != string(want) {
			return false
		}
	}
	return true
}
