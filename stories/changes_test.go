package stories

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	slacksim "mayday/sim/slack"
)

// What people, Slack and GitHub change under an incident:
//
//	archive ana #inc-1                  a person archives a channel
//	kick ana #inc-1 mayday              and takes somebody, or the app, out of one
//	convert ana #inc-1 private          makes it private, or public again
//	renames ana #inc-1 NAME             gives it another name
//	delete_channel ana #inc-1           deletes it
//	change_id #inc-1                    it is shared with another workspace, and has another id
//	unpins ana '…'                      a person takes a message's pin away
//	expires '…'                         the workspace's retention removes a message; retention all that mayday wrote
//	restrict no_delete window=5m        an administrator forbids; restrict nothing allows again
//	refuse_invite ben some_code         Slack refuses to invite somebody
//	snooze ben                          somebody does not want to be disturbed
//	app_says Grafana #ops attachments '[…]'   another app writes: text, blocks or attachments
//	app_edits Grafana #ops '…' text '…'       it changes its newest message that has the first words
//	app_replies Grafana #ops '…' text '…'     and replies in the thread of such a message of any app
//	transfer 1 demo/archive             an issue moves to another repository
//	delete_issue 1
//	rename_repository acme/ops, archive_repository, visibility internal, sso on
//	issues_in demo/archive 2            so many issues are there
//	tells_nothing 1 '…' '…'             issue 1 holds none of these words: title, body, labels, comments
//	threaded #inc-1 '…', unthreaded     whether the newest such message stands in a thread or in the channel itself
func init() {
	for name, act := range map[string]func(w *world, channel string, args []string) error{
		"archive":        func(w *world, channel string, args []string) error { return w.sim.Archive(args[0], channel) },
		"kick":           func(w *world, channel string, args []string) error { return w.sim.Kick(args[0], channel, args[2]) },
		"renames":        func(w *world, channel string, args []string) error { return w.sim.Rename(args[0], channel, args[2]) },
		"delete_channel": func(w *world, channel string, args []string) error { return w.sim.DeleteChannel(args[0], channel) },
		"convert": func(w *world, channel string, args []string) error {
			if args[2] == "private" {
				return w.sim.ConvertToPrivate(args[0], channel)
			}
			return w.sim.ConvertToPublic(args[0], channel)
		},
	} {
		acts[name] = func(w *world, _ string, args []string) bool {
			id, _ := w.place(args[1])
			err := act(w, id, args)
			return err == nil || w.fail("%v", err)
		}
	}
	acts["change_id"] = func(w *world, _ string, args []string) bool {
		id, _ := w.place(args[0])
		return w.sim.ChangeID(id) != ""
	}
	acts["unpins"] = func(w *world, rest string, args []string) bool {
		return w.onMessage(rest, func(m slacksim.Message) error { return w.sim.Unpin(args[0], m.Channel, m.TS) })
	}
	acts["expires"] = func(w *world, rest string, _ []string) bool {
		return w.onMessage(rest, func(m slacksim.Message) error { w.sim.Expire(m.Channel, m.TS); return nil })
	}
	acts["retention"] = func(w *world, _ string, _ []string) bool { return w.retention() }
	acts["restrict"] = func(w *world, _ string, args []string) bool {
		r, err := restrictions(args)
		w.sim.Restrict(r)
		return err == nil || w.fail("%v", err)
	}
	acts["refuse_invite"] = func(w *world, _ string, args []string) bool {
		w.sim.RefuseInvitee(args[0], args[1])
		return true
	}
	acts["snooze"] = func(w *world, _ string, args []string) bool { w.sim.Snooze(args[0], true); return true }
	acts["app_says"] = func(w *world, rest string, args []string) bool {
		id, _ := w.place(args[1])
		said := map[string]slacksim.AppMessage{
			"text": {Text: quoted(rest)[0]}, "blocks": {Blocks: quoted(rest)[0]}, "attachments": {Attachments: quoted(rest)[0]},
		}[args[2]]
		return w.sim.PostAsApp(args[0], id, said) != ""
	}
	acts["app_edits"] = func(w *world, rest string, args []string) bool {
		id, ts := w.ofApp(args[0], args[1], quoted(rest)[0])
		return w.sim.EditAsApp(id, ts, slacksim.AppMessage{Text: quoted(rest)[1]})
	}
	acts["app_replies"] = func(w *world, rest string, args []string) bool {
		id, ts := w.ofApp("", args[1], quoted(rest)[0]) // whoever's message it is
		return ts != "" && w.sim.PostAsApp(args[0], id, slacksim.AppMessage{Text: quoted(rest)[1], Thread: ts}) != ""
	}
	for name, threaded := range map[string]bool{"threaded": true, "unthreaded": false} {
		checks[name] = func(w *world, rest string, args []string) bool {
			return w.eventually(func() bool {
				found := w.find(args[0], quoted(rest))
				return len(found) > 0 && threaded == (found[len(found)-1].Thread != "")
			})
		}
	}
	changesOnGitHub()
}

// ofApp finds the newest message of another app, any when it is empty, that has some words; ts is empty when there is none.
func (w *world) ofApp(app, channel, words string) (id, ts string) {
	id, _ = w.place(channel)
	for _, m := range w.sim.Messages(id) {
		if (m.By == app || app == "" && m.By != "") && m.Thread == "" && strings.Contains(m.Text+string(m.Attachments)+string(m.Blocks), words) {
			ts = m.TS
		}
	}
	return id, ts
}

// retention removes every message of the bot, wherever it stands.
func (w *world) retention() bool {
	w.settle()
	places := make([]string, 0, len(people()))
	for _, c := range w.sim.Channels() {
		places = append(places, c.ID)
	}
	for _, u := range people() {
		places = append(places, w.sim.Direct(u.Name))
	}
	removed := 0
	for _, place := range places {
		for _, m := range w.sim.Messages(place) {
			if m.Bot && m.Subtype == "" {
				w.sim.Expire(place, m.TS)
				removed++
			}
		}
	}
	return removed > 0 || w.fail("mayday wrote nothing that could be deleted")
}

func restrictions(args []string) (r slacksim.Restrictions, err error) {
	for _, a := range args {
		key, value, _ := strings.Cut(a, "=")
		switch key {
		case "nothing":
		case "no_delete":
			r.NoDelete = true
		case "no_update":
			r.NoUpdate = true
		case "window":
			r.EditWindow, err = time.ParseDuration(value)
		default:
			err = fmt.Errorf("no administrator forbids %q", a)
		}
	}
	return r, err
}

func changesOnGitHub() {
	numbered := func(do func(w *world, number int, args []string) error) func(*world, string, []string) bool {
		return func(w *world, _ string, args []string) bool {
			n, err := strconv.Atoi(args[0])
			if err == nil {
				err = do(w, n, args)
			}
			return err == nil || w.fail("%v", err)
		}
	}
	acts["transfer"] = numbered(func(w *world, n int, args []string) error {
		_, err := w.github.TransferIssue(n, args[1])
		return err
	})
	acts["delete_issue"] = numbered(func(w *world, n int, _ []string) error { return w.github.DeleteIssue(n) })
	acts["rename_repository"] = func(w *world, _ string, args []string) bool { w.github.Rename(args[0]); return true }
	acts["archive_repository"] = func(w *world, _ string, _ []string) bool { w.github.Archive(true); return true }
	acts["visibility"] = func(w *world, _ string, args []string) bool { w.github.SetVisibility(args[0]); return true }
	acts["sso"] = func(w *world, _ string, args []string) bool { w.github.EnforceSSO(args[0] == "on"); return true }
	checks["tells_nothing"] = func(w *world, rest string, args []string) bool {
		n, err := strconv.Atoi(args[0])
		return err == nil && w.eventually(func() bool { return w.tellsNothing(n, quoted(rest)) }) || w.fail("%s", w.issueNow(n))
	}
	checks["issues_in"] = func(w *world, _ string, args []string) bool {
		w.settle()
		all := w.github.IssuesIn(args[0])
		return strconv.Itoa(len(all)) == args[1] || w.fail("%v", all)
	}
}

// tellsNothing reports whether an issue holds none of these words anywhere.
func (w *world) tellsNothing(number int, words []string) bool {
	for _, i := range w.github.Issues() {
		if i.Number != number {
			continue
		}
		all := fmt.Sprint(i.Title, i.Body, i.Labels)
		for _, c := range i.Comments {
			all += c.Body
		}
		return !slices.ContainsFunc(words, func(word string) bool { return strings.Contains(all, word) })
	}
	return false
}
