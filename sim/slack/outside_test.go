package slack_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
)

// outside names the address of an emulator of Slack that others wrote, with scripts/emulate/seed.yaml in it, and what it is called, with its
// version: scripts/emulate/compare starts one. With recording, what it says is written down for those who have none.
const (
	outside     = "MAYDAY_OUTSIDE_SLACK"
	outsideName = "MAYDAY_OUTSIDE_NAME"
	recording   = "MAYDAY_OUTSIDE_RECORD"
)

// recorded is where the emulator's verdicts are kept.
const recorded = "testdata/outside.json"

// transcript is what an emulator said to the comparison.
type transcript struct {
	Emulator string            // with its version: "emulate 0.12.2"
	Verdicts map[string]string // by what was asked
}

func readTranscript(t *testing.T) (tr transcript) {
	t.Helper()
	b, err := os.ReadFile(recorded)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &tr))
	require.NotEmpty(t, tr.Emulator)
	return tr
}

func (tr transcript) write(t *testing.T) {
	t.Helper()
	b, err := json.MarshalIndent(tr, "", "\t")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(recorded, append(b, '\n'), 0o644))
	t.Logf("recorded %d verdicts of %s", len(tr.Verdicts), tr.Emulator)
}

// side is one of two Slacks that are asked the same.
type side struct {
	api, token string
	known      map[string]string // what earlier answers called things: {in} is the id of a channel
}

// step is one call. Args are those of a form; {name} is what an earlier answer kept as name=path.
type step struct {
	what, method, args, keep string
}

func (s *side) do(t *testing.T, c step) string {
	t.Helper()
	for name, value := range s.known {
		c.args = strings.ReplaceAll(c.args, "{"+name+"}", value)
	}
	values, err := url.ParseQuery(c.args)
	require.NoError(t, err, c.args)
	q, err := http.NewRequest(http.MethodPost, s.api+c.method, strings.NewReader(values.Encode()))
	require.NoError(t, err)
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	q.Header.Set("Authorization", "Bearer "+s.token)
	client := http.Client{Timeout: 30 * time.Second}
	r, err := client.Do(q)
	require.NoError(t, err)
	defer func() { require.NoError(t, r.Body.Close()) }()
	var o map[string]any
	if json.NewDecoder(r.Body).Decode(&o) != nil || o["ok"] == nil {
		return fmt.Sprintf("HTTP %d", r.StatusCode)
	}
	if o["ok"] != true {
		return fmt.Sprint(o["error"])
	}
	if name, path, kept := strings.Cut(c.keep, "="); kept {
		s.known[name] = fmt.Sprint(at(o, strings.Split(path, ".")))
	}
	return "ok"
}

// at finds what a path leads to in a JSON value; a number is an index.
func at(v any, path []string) any {
	for _, p := range path {
		switch x := v.(type) {
		case map[string]any:
			v = x[p]
		case []any:
			var n int
			if _, err := fmt.Sscan(p, &n); err != nil || n >= len(x) {
				return nil
			}
			v = x[n]
		}
	}
	return v
}

// TestVerdictsOfAnOutsideEmulator asks both for the same and compares what they say: the emulator itself where there is one, or else what it said
// when it was asked last. Every difference is in disagreements, with its reason; one that is there no longer fails as well.
func TestVerdictsOfAnOutsideEmulator(t *testing.T) {
	address, record := os.Getenv(outside), os.Getenv(recording) != ""
	said := transcript{os.Getenv(outsideName), map[string]string{}}
	if address == "" || !record {
		said = readTranscript(t)
	}
	ours := careless(t, slacksim.Options{Users: []slacksim.User{
		{Name: "ana", RealName: "Ana Ruiz", Email: "ana@example.com", Admin: true}, {Name: "ben", RealName: "Ben Okafor", Email: "ben@example.com"},
	}})
	run := fmt.Sprint(time.Now().UnixNano()) // the emulator may know of earlier runs
	a := &side{api: ours.APIURL(), token: ours.BotToken(), known: map[string]string{"run": run}}
	b := &side{api: strings.TrimSuffix(address, "/") + "/api/", token: ours.BotToken(), known: map[string]string{"run": run}}
	if address != "" {
		assert.Equal(t, os.Getenv(outsideName), said.Emulator, "record another emulator's verdicts: scripts/emulate/compare record")
	}
	left := map[string]bool{}
	for what := range disagreements {
		left[what] = true
	}
	for _, c := range comparison {
		mine, theirs := a.do(t, c), said.Verdicts[c.what]
		if address != "" {
			theirs = b.do(t, c)
			if record {
				said.Verdicts[c.what] = theirs
			}
			assert.Equal(t, said.Verdicts[c.what], theirs, "%s: recorded, and now; scripts/emulate/compare record", c.what)
		}
		assert.NotEmpty(t, theirs, "%s was never asked: scripts/emulate/compare record", c.what)
		d, expected := disagreements[c.what]
		delete(left, c.what)
		switch {
		case expected:
			assert.Equal(t, []string{d.ours, d.theirs}, []string{mine, theirs}, "%s (%s): %s", c.what, c.method, d.because)
			t.Logf("%-34s ours %-26s theirs %-26s %s", c.what, mine, theirs, d.because)
		default:
			assert.Equal(t, mine, theirs, "%s (%s): ours, theirs", c.what, c.method)
		}
	}
	assert.Empty(t, left, "disagreements about what nobody asks")
	assert.Len(t, said.Verdicts, len(comparison), "one for each question")
	if record {
		said.write(t)
	}
}

// comparison is what both are asked, in order.
var comparison = []step{
	{"who we are", "auth.test", "", ""},
	{"find ana", "users.lookupByEmail", "email=ana@example.com", "ana=user.id"},
	{"find ben", "users.lookupByEmail", "email=ben@example.com", "ben=user.id"},
	{"find nobody", "users.lookupByEmail", "email=nobody@example.com", ""},
	{"everybody", "users.list", "", ""},
	{"a person", "users.info", "user={ana}", ""},
	{"nobody", "users.info", "user=U404", ""},
	{"channels", "conversations.list", "exclude_archived=true", "general=channels.0.id"},
	{"channels of a wrong type", "conversations.list", "types=nonsense", ""},
	{"create", "conversations.create", "name=inc-{run}", "in=channel.id"},
	{"create again", "conversations.create", "name=inc-{run}", ""},
	{"create without a name", "conversations.create", "name=", ""},
	{"create in capitals", "conversations.create", "name=INC-{run}", ""},
	{"create with a blank", "conversations.create", "name=inc {run}", ""},
	{"create a long name", "conversations.create", "name=" + strings.Repeat("x", 81), ""},
	{"create punctuation", "conversations.create", "name=---", ""},
	{"create private", "conversations.create", "name=secret-{run}&is_private=true", "secret=channel.id"},
	{"info", "conversations.info", "channel={in}", ""},
	{"info of nothing", "conversations.info", "channel=C404", ""},
	{"invite", "conversations.invite", "channel={in}&users={ana}", ""},
	{"invite again", "conversations.invite", "channel={in}&users={ana}", ""},
	{"invite ourselves", "conversations.invite", "channel={in}&users=U0BOT00001", ""},
	{"invite nobody", "conversations.invite", "channel={in}&users=U404", ""},
	{"invite without a user", "conversations.invite", "channel={in}&users=", ""},
	{"invite one good, one bad", "conversations.invite", "channel={in}&users={ben},U404", ""},
	{"invite with force", "conversations.invite", "channel={in}&users={ben},U404&force=true", ""},
	{"members", "conversations.members", "channel={in}", ""},
	{"topic", "conversations.setTopic", "channel={in}&topic=P0", ""},
	{"topic of 251", "conversations.setTopic", "channel={in}&topic=" + strings.Repeat("x", 251), ""},
	{"topic cleared", "conversations.setTopic", "channel={in}&topic=", ""},
	{"topic missing", "conversations.setTopic", "channel={in}", ""},
	{"purpose", "conversations.setPurpose", "channel={in}&purpose=x", ""},
	{"topic elsewhere", "conversations.setTopic", "channel={general}&topic=x", ""},
	{"post", "chat.postMessage", "channel={in}&text=hello", "ts=ts"},
	{"post nothing", "chat.postMessage", "channel={in}&text=", ""},
	{"post nowhere", "chat.postMessage", "channel=C404&text=x", ""},
	{"post where we are not", "chat.postMessage", "channel={general}&text=x", ""},
	{"post broken blocks", "chat.postMessage", "channel={in}&text=x&blocks={", ""},
	{"post an unknown block", "chat.postMessage", `channel={in}&text=x&blocks=[{"type":"nonsense"}]`, ""},
	{"post a long section", "chat.postMessage", `channel={in}&text=x&blocks=[{"type":"section","text":{"type":"mrkdwn","text":"` + strings.Repeat("x", 3001) + `"}}]`, ""},
	{"post an empty text object", "chat.postMessage", `channel={in}&text=x&blocks=[{"type":"section","text":{"type":"mrkdwn","text":""}}]`, ""},
	{"post broken metadata", "chat.postMessage", `channel={in}&text=x&metadata={"event_type":""}`, ""},
	{"post a very long text", "chat.postMessage", "channel={in}&text=" + strings.Repeat("x", 40_001), ""},
	{"post to a person", "chat.postMessage", "channel={ana}&text=hello", ""},
	{"reply", "chat.postMessage", "channel={in}&text=reply&thread_ts={ts}", "reply=ts"},
	{"reply to nothing", "chat.postMessage", "channel={in}&text=reply&thread_ts=1.000001", ""},
	{"thread", "conversations.replies", "channel={in}&ts={ts}", ""},
	{"thread of nothing", "conversations.replies", "channel={in}&ts=1.000001", ""},
	{"history", "conversations.history", "channel={in}", ""},
	{"history where we are not", "conversations.history", "channel={general}", ""},
	{"history with a bad cursor", "conversations.history", "channel={in}&cursor=x", ""},
	{"history from yesterday", "conversations.history", "channel={in}&oldest=yesterday", ""},
	{"update", "chat.update", "channel={in}&ts={ts}&text=better", ""},
	{"update nothing", "chat.update", "channel={in}&ts=1.000001&text=x", ""},
	{"update to nothing", "chat.update", "channel={in}&ts={ts}&text=", ""},
	{"update to a long text", "chat.update", "channel={in}&ts={ts}&text=" + strings.Repeat("x", 4001), ""},
	{"ephemeral", "chat.postEphemeral", "channel={in}&user={ana}&text=x", ""},
	{"ephemeral to a stranger", "chat.postEphemeral", "channel={in}&user=U404&text=x", ""},
	{"permalink", "chat.getPermalink", "channel={in}&message_ts={ts}", ""},
	{"permalink of nothing", "chat.getPermalink", "channel={in}&message_ts=1.000001", ""},
	{"pin", "pins.add", "channel={in}&timestamp={ts}", ""},
	{"pin again", "pins.add", "channel={in}&timestamp={ts}", ""},
	{"pin nothing", "pins.add", "channel={in}&timestamp=1.000001", ""},
	{"pin no timestamp", "pins.add", "channel={in}", ""},
	{"pins", "pins.list", "channel={in}", ""},
	{"unpin", "pins.remove", "channel={in}&timestamp={ts}", ""},
	{"unpin again", "pins.remove", "channel={in}&timestamp={ts}", ""},
	{"bookmark", "bookmarks.add", "channel_id={in}&title=x&type=link&link=https://example.com", "mark=bookmark.id"},
	{"bookmark without a host", "bookmarks.add", "channel_id={in}&title=x&type=link&link=https://", ""},
	{"bookmark over ftp", "bookmarks.add", "channel_id={in}&title=x&type=link&link=ftp://example.com", ""},
	{"bookmark without a title", "bookmarks.add", "channel_id={in}&type=link&link=https://example.com", ""},
	{"bookmarks", "bookmarks.list", "channel_id={in}", ""},
	{"bookmark edited", "bookmarks.edit", "channel_id={in}&bookmark_id={mark}&title=y", ""},
	{"bookmark removed", "bookmarks.remove", "channel_id={in}&bookmark_id={mark}", ""},
	{"bookmark removed again", "bookmarks.remove", "channel_id={in}&bookmark_id={mark}", ""},
	{"react", "reactions.add", "channel={in}&timestamp={ts}&name=eyes", ""},
	{"react again", "reactions.add", "channel={in}&timestamp={ts}&name=eyes", ""},
	{"react with nonsense", "reactions.add", "channel={in}&timestamp={ts}&name=", ""},
	{"unreact", "reactions.remove", "channel={in}&timestamp={ts}&name=eyes", ""},
	{"unreact again", "reactions.remove", "channel={in}&timestamp={ts}&name=eyes", ""},
	{"open a conversation", "conversations.open", "users={ana}", ""},
	{"open with nobody", "conversations.open", "users=U404", ""},
	{"open with no user", "conversations.open", "users=", ""},
	{"groups", "usergroups.list", "", ""},
	{"home", "views.publish", `user_id={ana}&view={"type":"home","blocks":[]}`, ""},
	{"a modal for nothing", "views.open", `trigger_id=nonsense&view={"type":"modal","title":{"type":"plain_text","text":"x"},"blocks":[]}`, ""},
	{"upload", "files.getUploadURLExternal", "filename=x.txt&length=1", ""},
	{"upload of nothing", "files.getUploadURLExternal", "filename=x.txt&length=0", ""},
	{"kick", "conversations.kick", "channel={in}&user={ben}", ""},
	{"kick again", "conversations.kick", "channel={in}&user={ben}", ""},
	{"kick ourselves", "conversations.kick", "channel={in}&user=U0BOT00001", ""},
	{"rename", "conversations.rename", "channel={in}&name=inc-{run}-new", ""},
	{"rename to a taken name", "conversations.rename", "channel={in}&name=secret-{run}", ""},
	{"join", "conversations.join", "channel={general}", ""},
	{"leave", "conversations.leave", "channel={general}", ""},
	{"leave again", "conversations.leave", "channel={general}", ""},
	{"delete", "chat.delete", "channel={in}&ts={reply}", ""},
	{"delete again", "chat.delete", "channel={in}&ts={reply}", ""},
	{"archive", "conversations.archive", "channel={in}", ""},
	{"archive again", "conversations.archive", "channel={in}", ""},
	{"post into the archive", "chat.postMessage", "channel={in}&text=x", ""},
	{"update in the archive", "chat.update", "channel={in}&ts={ts}&text=x", ""},
	{"join the archive", "conversations.join", "channel={in}", ""},
	{"unarchive", "conversations.unarchive", "channel={in}", ""},
	{"a method from the future", "conversations.teleport", "channel={in}", ""},
}

type disagreement struct{ ours, theirs, because string }

// disagreements are where the two differ, and why ours is right or may stay so. "Documented" means docs.slack.dev's page of the method.
var disagreements = map[string]disagreement{
	"channels of a wrong type":  {"invalid_types", "ok", "documented: invalid_types"},
	"create without a name":     {"invalid_name_required", "invalid_name_specials", "documented: invalid_name_required"},
	"create in capitals":        {"invalid_name_specials", "name_taken", "documented: names are lower case; the emulator lower-cases them"},
	"create with a blank":       {"invalid_name_specials", "name_taken", "documented: no blanks; the emulator writes hyphens"},
	"invite without a user":     {"no_user", "user_not_found", "documented: no_user"},
	"invite with force":         {"ok", "user_not_found", "documented: force invites the valid ones; the emulator does not know it"},
	"post where we are not":     {"not_in_channel", "ok", "documented: needs chat:write.public, which the app has not; the emulator knows no such scope"},
	"post broken blocks":        {"invalid_blocks_format", "invalid_blocks", "documented: invalid_blocks_format is for what is no JSON"},
	"post an unknown block":     {"invalid_blocks", "ok", "the emulator does not judge blocks"},
	"post a long section":       {"invalid_blocks", "ok", "the emulator does not judge blocks"},
	"post an empty text object": {"invalid_blocks", "ok", "the emulator does not judge blocks"},
	"post broken metadata":      {"invalid_metadata_schema", "ok", "documented: invalid_metadata_schema"},
	"thread of nothing":         {"thread_not_found", "ok", "documented: thread_not_found"},
	"history where we are not":  {"not_in_channel", "ok", "documented: a bot token reads only channels that it is in"},
	"history with a bad cursor": {"invalid_cursor", "ok", "documented: invalid_cursor"},
	"history from yesterday":    {"invalid_ts_oldest", "ok", "documented: invalid_ts_oldest"},
	"update to nothing":         {"no_text", "ok", "documented: no_text"},
	"update to a long text":     {"msg_too_long", "ok", "documented: msg_too_long beyond 4,000 characters"},
	"ephemeral to a stranger":   {"user_not_in_channel", "user_not_found", "documented: user_not_in_channel; the page knows no user_not_found"},
	"groups":                    {"ok", "HTTP 404", "the emulator has no user groups"},
	"upload of nothing":         {"invalid_arguments", "ok", "documented: length is that of the file; an empty one is refused by ours to be safe"},
	"kick":                      {"ok", "user_not_in_channel", "follows from invite with force: ben is not in the emulator's channel"},
	"kick again":                {"not_in_channel", "user_not_in_channel", "documented: not_in_channel; the page knows no user_not_in_channel"},
	"update in the archive":     {"is_inactive", "ok", "documented: is_inactive"},
	"unarchive":                 {"not_in_channel", "ok", "documented: bot tokens cannot unarchive; the emulator looks at no kind of token"},
	"a method from the future":  {"unknown_method", "HTTP 404", "Slack answers 200 with unknown_method to every name"},
}
