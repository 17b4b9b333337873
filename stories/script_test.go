package stories

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	slacksim "mayday/sim/slack"
)

// TestStories runs every script of testdata. A line is one of
//
//	NAME=value                          a setting, before anything else
//	in #general                         where people type from now on
//	ana /incident p0 site-down          a command
//	ana presses 'Acknowledge' [in @ana] a button of the newest message that has it; 'with value' for a select
//	together ana ben 'Done'             two people press the same button at the same moment
//	ana submits text='…' next='30m'     the open form
//	ana says 'hello'                    a message of a person
//	ana replies 'hello' to '…'          one in the thread of the bot's message with that text
//	reply '…' '…'                       what the last act was answered privately
//	withholds '…'                       the answer of the last command does not say that
//	silent                              the last command was acknowledged without a word
//	expect #incidents '…'               a new message of the bot with all these texts
//	says #inc-1 '…'                     like expect, where it may stand in one message with something else
//	shows #inc-1 '…'                    some message of the bot has these texts by now
//	hides #inc-1 '…'                    and no message has these
//	pings #inc-1 ana '…'                a message with these texts mentions ana (or nobody, or ana,ben) and no one else
//	notified #inc-1 nobody '…'          whom the newest message with these texts notified when it was posted: who was in the channel
//	topic #inc-1 '…', member #inc-1 ben, archived #inc-1
//	rows #inc-1 12                      at most so many rows are in the channel, besides joins
//	form ana '…'                        the open form has this title or text
//	issue '…', no issue, issues 1       on GitHub
//	advance 15m                         time passes
//	fault chat.postMessage 2 http=500 | error=fatal_error | apply | hang=1s | retry=1
//	board 'Orders are late' monitoring '…'   the status page has an incident of that name, status and newest text
//	boards 1 2                          so many incidents are there, and so many texts in all
//	board_deletes 'Orders are late'     somebody deletes one there
//	board_writes 'Orders are late' monitoring '…'   somebody writes there by hand
//	heal                                no fault happens any more
//	slack_goes, slack_comes             Slack is away, and back
//	terminal ana@example.com ack 1      somebody acts in a terminal: declare, ack, update, note, resolve
//	invite ana #inc-1 gus               a person brings another one in
//	share #inc-1                        a channel is opened to other workspaces
//	unarchive ana #inc-1                a person brings a channel back
//	restart, stop, start                mayday itself
//	source sentry                       a sender of alerts is let in
//	post sentry {…}                     it posts a body, which is taken
//	changed sentry {…}                  it posts a change event of PagerDuty's, which is taken
//	database update orders …            the diagnosed database is changed by its owner
//	quiet                               the bot is at rest and has said nothing else
func TestStories(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.story")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	// The longest begin first, so that none is left to be told alone: of tests that wait for their turn Go wakes the last one first.
	length := func(file string) int {
		raw, err := os.ReadFile(file)
		require.NoError(t, err)
		return len(raw)
	}
	slices.SortStableFunc(files, func(a, b string) int { return length(a) - length(b) })
	for _, f := range files {
		t.Run(strings.TrimSuffix(filepath.Base(f), ".story"), func(t *testing.T) {
			t.Parallel()
			tell(t, f)
		})
	}
}

// tell runs one script; it always ends with "quiet".
func tell(t *testing.T, file string) {
	lines, settings := script(t, file)
	w := newWorld(t, settings)
	for _, l := range lines {
		if !w.line(l.text) || t.Failed() {
			t.Fatalf("%s:%d: %s\n%s", file, l.number, l.text, w.scene())
		}
	}
	if !w.line("quiet") || t.Failed() {
		t.Fatalf("%s: at the end\n%s", file, w.scene())
	}
	require.Empty(t, w.sim.Violations(), "Slack would have refused or punished this")
	require.Empty(t, w.github.Violations(), "GitHub would have refused this")
	if w.board != nil {
		require.Empty(t, w.board.Violations(), "the status page would have refused this")
	}
}

type scriptLine struct {
	number int
	text   string
}

var settingLine = regexp.MustCompile(`^([A-Z_]+)=(.*)$`)

func script(t *testing.T, file string) (lines []scriptLine, settings map[string]string) {
	f, err := os.Open(file)
	require.NoError(t, err)
	defer f.Close()
	settings = map[string]string{}
	scan := bufio.NewScanner(f)
	for n := 1; scan.Scan(); n++ {
		text := strings.TrimSpace(scan.Text())
		if text == "" || strings.HasPrefix(text, "//") {
			continue
		}
		if m := settingLine.FindStringSubmatch(text); m != nil {
			settings[m[1]] = m[2]
			continue
		}
		lines = append(lines, scriptLine{n, text})
	}
	require.NoError(t, scan.Err())
	return lines, settings
}

var quotes = regexp.MustCompile(`'((?:[^'\\]|\\.)*)'`)

func quoted(s string) []string {
	var out []string
	for _, m := range quotes.FindAllStringSubmatch(s, -1) {
		out = append(out, strings.NewReplacer(`\'`, `'`, `\n`, "\n", `\\`, `\`).Replace(m[1]))
	}
	return out
}

// line carries out one line of a script; false when it does not hold.
func (w *world) line(text string) bool {
	first, rest, _ := strings.Cut(text, " ")
	args := strings.Fields(rest)
	if do, ok := acts[first]; ok {
		return do(w, rest, args)
	}
	if do, ok := checks[first]; ok {
		return do(w, rest, args)
	}
	return w.person(first, rest)
}

// acts are what happens besides what people do.
var acts = map[string]func(w *world, rest string, args []string) bool{
	"in":      func(w *world, _ string, args []string) bool { w.channel = args[0]; return w.eventually(w.here) },
	"advance": func(w *world, _ string, args []string) bool { return w.advance(args[0]) },
	// Time passes while the bot is stopped, or while it cannot come to rest.
	"advance_stopped": func(w *world, _ string, args []string) bool {
		d, err := time.ParseDuration(args[0])
		require.NoError(w.t, err)
		w.clock.Advance(d)
		return true
	},
	"heal": func(w *world, _ string, _ []string) bool {
		w.sim.Mischief().Clear()
		w.github.Mischief().Clear()
		if w.board != nil {
			w.board.Mischief().Clear()
		}
		return true
	},
	"fault": func(w *world, _ string, args []string) bool { return w.fault(args) },
	"stop":  func(w *world, _ string, _ []string) bool { err := w.stop(); w.stop = nil; return err == nil },
	"start": func(w *world, _ string, _ []string) bool { w.start(); return true },
	"restart": func(w *world, _ string, _ []string) bool {
		w.settle()
		err := w.stop()
		w.start()
		return err == nil
	},
	"source": func(w *world, _ string, args []string) bool { return w.source(args[0]) },
	"post":   func(w *world, rest string, _ []string) bool { return w.post(rest) },
	"changed": func(w *world, rest string, _ []string) bool {
		name, body, _ := strings.Cut(rest, " ")
		return w.send(name, "/v2/change/enqueue", fmt.Sprintf(`{"routing_key": %q, "payload": %s}`, keyOf(name), body))
	},
	// The diagnosed database changes.
	"database":   func(w *world, rest string, _ []string) bool { return w.change(rest) },
	"together":   func(w *world, rest string, args []string) bool { return w.together(args[:2], quoted(rest)[0]) },
	"disconnect": func(w *world, _ string, args []string) bool { w.sim.Mischief().Disconnect(args[0]); return true },
	"deactivate": func(w *world, _ string, args []string) bool { w.sim.Deactivate(args[0]); return true },
	"invite": func(w *world, _ string, args []string) bool {
		id, _ := w.place(args[1])
		err := w.sim.Invite(args[0], id, args[2])
		return err == nil || w.fail("%s cannot invite %s: %v", args[0], args[2], err)
	},
	"share": func(w *world, _ string, args []string) bool {
		id, _ := w.place(args[0])
		w.sim.Share(id, true)
		return true
	},
	"board_deletes": func(w *world, rest string, _ []string) bool { return w.board.Delete(quoted(rest)[0]) },
	"board_writes": func(w *world, rest string, _ []string) bool {
		q, status := quoted(rest), strings.Fields(rest[strings.Index(rest, "' ")+1:])[0]
		return w.board.Write(q[0], status, q[1])
	},
	"unarchive": func(w *world, _ string, args []string) bool {
		id, _ := w.place(args[1])
		return w.sim.Unarchive(args[0], id) == nil
	},
}

func (w *world) here() bool { _, ok := w.place(w.channel); return ok }

func (w *world) advance(s string) bool {
	d, err := time.ParseDuration(s)
	require.NoError(w.t, err)
	w.settle()
	w.clock.Advance(d)
	return true
}

func (w *world) fault(args []string) bool {
	n, err := strconv.Atoi(args[1])
	require.NoError(w.t, err)
	var f slacksim.Fault
	for _, a := range args[2:] {
		k, v, _ := strings.Cut(a, "=")
		switch k {
		case "http":
			f.HTTP, err = strconv.Atoi(v)
		case "retry":
			f.HTTP = 429
			f.RetryAfter, err = strconv.Atoi(v)
		case "error":
			f.Error = v
		case "apply":
			f.ApplyFirst = true
		case "truncate":
			f.Truncate = true
		case "hang":
			f.Hang, err = time.ParseDuration(v)
		default:
			err = fmt.Errorf("no such fault %q", k)
		}
		require.NoError(w.t, err)
	}
	if method, ofGitHub := strings.CutPrefix(args[0], "github:"); ofGitHub {
		w.github.Mischief().FailNext(strings.ReplaceAll(method, "_", " "), n, f)
	} else if method, ofBoard := strings.CutPrefix(args[0], "board:"); ofBoard {
		w.board.Mischief().FailNext(strings.ReplaceAll(method, "_", " "), n, f)
	} else {
		w.sim.Mischief().FailNext(args[0], n, f)
	}
	return true
}

// person is a line that begins with somebody's name.
func (w *world) person(who, rest string) bool {
	if _, ok := w.sim.UserByName(who); !ok {
		w.t.Errorf("nobody is called %q, and it is no act either", who)
		return false
	}
	channel, _ := w.place(w.channel)
	w.answers = len(w.sim.Ephemerals(who, channel))
	verb, more, _ := strings.Cut(rest, " ")
	switch {
	case strings.HasPrefix(rest, "/"):
		w.reply = w.sim.Command(who, channel, unquote(rest))
	case verb == "presses":
		return w.press(who, more)
	case verb == "submits":
		return w.submit(who, more)
	case verb == "says":
		w.sim.Say(who, channel, quoted(more)[0], "")
	case verb == "replies":
		found := w.find(w.channel, quoted(more)[1:])
		if len(found) == 0 {
			return w.fail("no message of the bot says %q", quoted(more)[1])
		}
		w.sim.Say(who, channel, quoted(more)[0], found[len(found)-1].TS)
	case verb == "opens":
		return w.sim.OpenHome(who) == nil
	case verb == "shortcut":
		w.reply = w.sim.Shortcut(who, strings.TrimSpace(more))
	default:
		w.t.Errorf("what does %s do?", who)
		return false
	}
	if w.reply.Err != "" {
		w.t.Errorf("Slack shows %s: %s", who, w.reply.Err)
	}
	return w.reply.Err == ""
}

// unquote lets a story write control characters in a command.
func unquote(s string) string {
	return strings.NewReplacer(`{{BIG}}`, strings.Repeat("0123456789 ", 1000), `\n`, "\n", `\t`, "\t", `\x00`, "\x00", `\u202e`, "\u202e").Replace(s)
}

// press uses a button of the newest message that has it and that the person sees.
func (w *world) press(who, rest string) bool {
	label := quoted(rest)[0]
	place := w.channel
	if _, after, ok := strings.Cut(rest, "' in "); ok {
		place = strings.Fields(after)[0]
	}
	var value []any
	if _, after, ok := strings.Cut(rest, " with "); ok {
		value = append(value, quoted(after)[0])
	}
	var problem string
	return w.eventually(func() bool {
		id, ok := w.place(place)
		if !ok {
			return false
		}
		all := append(w.sim.Messages(id), w.sim.Ephemerals(who, id)...)
		for i := len(all) - 1; i >= 0; i-- {
			r := w.sim.Press(who, id, all[i].TS, label, value...)
			if r.Err == "" {
				w.reply = r
				return true
			}
			problem = r.Err
		}
		return false
	}) || w.fail("no message has a button %q that %s sees: %s", label, who, problem)
}

// together has two people press the same button of one message at once.
func (w *world) together(who []string, label string) bool {
	id, _ := w.place(w.channel)
	all := w.sim.Messages(id)
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Bot && strings.Contains(string(all[i].Blocks), strconv.Quote(label)) {
			replies := make(chan slacksim.Reply)
			for _, p := range who {
				go func() { replies <- w.sim.Press(p, id, all[i].TS, label) }()
			}
			a, b := <-replies, <-replies
			return a.Err == "" && b.Err == "" || w.fail("Slack shows: %s %s", a.Err, b.Err)
		}
	}
	return w.fail("no message has a button %q", label)
}

func (w *world) fail(format string, args ...any) bool {
	w.t.Errorf(format, args...)
	return false
}

var fields = regexp.MustCompile(`([a-z]+)=('(?:[^'\\]|\\.)*')`)

func (w *world) submit(who, rest string) bool {
	var view slacksim.View
	if !w.eventually(func() bool {
		views := w.sim.OpenViews(who)
		if len(views) > 0 {
			view = views[len(views)-1]
		}
		return len(views) > 0
	}) {
		return w.fail("%s has no open form", who)
	}
	values := map[string]map[string]any{}
	for _, m := range fields.FindAllStringSubmatch(rest, -1) {
		values[m[1]] = map[string]any{m[1]: quoted(m[2])[0]}
	}
	w.reply = w.sim.SubmitView(who, view.ID, values)
	return w.reply.Err == "" || w.fail("Slack shows %s: %s", who, w.reply.Err)
}
