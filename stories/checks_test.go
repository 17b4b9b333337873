package stories

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// checks are what a story says is to be seen.
var checks = map[string]func(w *world, rest string, args []string) bool{
	"rows":  func(w *world, _ string, args []string) bool { return w.rows(args[0], args[1]) },
	"reply": func(w *world, rest string, _ []string) bool { return w.replied(quoted(rest)) },
	"withholds": func(w *world, rest string, _ []string) bool {
		return w.reply.Acked && !holds(w.reply.Text+string(w.reply.Blocks), quoted(rest))
	},
	"silent": func(w *world, _ string, _ []string) bool {
		return w.reply.Acked && w.reply.Text == "" && len(w.reply.Blocks) == 0
	},
	"expect": func(w *world, rest string, args []string) bool { return w.expect(args[0], quoted(rest)) },
	"says":   func(w *world, rest string, args []string) bool { return w.says(args[0], quoted(rest)) },
	"shows":  func(w *world, rest string, args []string) bool { return w.shows(args[0], quoted(rest)) },
	"hides": func(w *world, rest string, args []string) bool {
		w.settle()
		return len(w.find(args[0], quoted(rest))) == 0
	},
	"form":     func(w *world, rest string, args []string) bool { return w.form(args[0], quoted(rest)) },
	"topic":    func(w *world, rest string, args []string) bool { return w.topic(args[0], quoted(rest)) },
	"member":   func(w *world, _ string, args []string) bool { return w.member(args[0], args[1]) },
	"archived": func(w *world, _ string, args []string) bool { return w.archived(args[0]) },
	"pinned":   func(w *world, rest string, args []string) bool { return w.pinned(args[0], quoted(rest)) },
	"issue":    func(w *world, rest string, _ []string) bool { return w.issue(quoted(rest)) },
	"issues":   func(w *world, _ string, args []string) bool { return w.issues(args[0]) },
	"file":     func(w *world, rest string, args []string) bool { return w.file(args[0], quoted(rest)) },
	"home":     func(w *world, rest string, args []string) bool { return w.home(args[0], quoted(rest)) },
	"notified": func(w *world, rest string, args []string) bool { return w.notified(args[0], args[1], quoted(rest)) },
	"pings":    func(w *world, rest string, args []string) bool { return w.pings(args[0], args[1], quoted(rest)) },
	"board":    func(w *world, rest string, _ []string) bool { return w.onBoard(rest) },
	"boards":   func(w *world, _ string, args []string) bool { return w.boards(args[0], args[1]) },
	"quiet":    func(w *world, _ string, _ []string) bool { return w.quiet() },
}

// replied looks at what came back with the acknowledgement, and at what was
// answered privately after it.
func (w *world) replied(texts []string) bool {
	return w.eventually(func() bool { return w.hasReplied(texts) })
}

// hasReplied is replied by now.
func (w *world) hasReplied(texts []string) bool {
	m := w.reply.Text
	for _, e := range w.reply.Errors {
		m += "\n" + e
	}
	if w.reply.Blocks != nil {
		m += "\n" + string(w.reply.Blocks)
	}
	if holds(m, texts) {
		return true
	}
	for _, u := range people() {
		for _, place := range []string{w.channel, "@" + u.Name} {
			if id, ok := w.place(place); ok {
				for _, m := range w.sim.Ephemerals(u.Name, id) {
					if holds(w.text(m)+m.Text, texts) {
						return true
					}
				}
			}
		}
	}
	return false
}

func (w *world) expect(place string, texts []string) bool {
	return w.eventually(func() bool {
		for _, m := range w.find(place, texts) {
			if !w.told[key(m)] {
				w.told[key(m)] = true
				return true
			}
		}
		return false
	})
}

// says is expect for what may stand in one message with something else: pages
// that were called for in the same moment are told together.
func (w *world) says(place string, texts []string) bool {
	return w.eventually(func() bool {
		found := w.find(place, texts)
		for _, m := range found {
			w.told[key(m)] = true
		}
		return len(found) > 0
	})
}

func (w *world) shows(place string, texts []string) bool {
	return w.eventually(func() bool { return len(w.find(place, texts)) > 0 })
}

func (w *world) form(who string, texts []string) bool {
	return w.eventually(func() bool {
		for _, v := range w.sim.OpenViews(who) {
			if holds(v.Title+string(v.Blocks), texts) {
				return true
			}
		}
		return false
	})
}

func (w *world) topic(place string, texts []string) bool {
	return w.eventually(func() bool {
		id, _ := w.place(place)
		c, ok := w.sim.Channel(id)
		return ok && holds(c.Topic, texts)
	})
}

func (w *world) member(place, who string) bool {
	return w.eventually(func() bool {
		id, _ := w.place(place)
		c, ok := w.sim.Channel(id)
		u, known := w.sim.UserByName(who)
		return ok && known && slices.Contains(c.Members, u.ID)
	})
}

func (w *world) archived(place string) bool {
	return w.eventually(func() bool {
		id, _ := w.place(place)
		c, ok := w.sim.Channel(id)
		return ok && c.Archived
	})
}

func (w *world) pinned(place string, texts []string) bool {
	return w.eventually(func() bool {
		for _, m := range w.find(place, texts) {
			if m.Pinned {
				return true
			}
		}
		return false
	})
}

func (w *world) issue(texts []string) bool {
	return w.eventually(func() bool {
		for _, i := range w.github.Issues() {
			if holds(fmt.Sprint(i.Title, "\n", i.Body, "\n", i.Labels), texts) {
				return true
			}
		}
		return false
	})
}

func (w *world) issues(n string) bool {
	w.settle()
	want, err := strconv.Atoi(n)
	return err == nil && len(w.github.Issues()) == want
}

func (w *world) file(place string, texts []string) bool {
	return w.eventually(func() bool {
		id, _ := w.place(place)
		for _, f := range w.sim.Files(id) {
			if holds(f.Title+"\n"+string(f.Content), texts) {
				return true
			}
		}
		return false
	})
}

func (w *world) home(who string, texts []string) bool {
	return w.eventually(func() bool {
		v, ok := w.sim.Home(who)
		return ok && holds(string(v.Blocks), texts)
	})
}

// ids are those of some people with commas between, or none for "nobody".
func (w *world) ids(names string) (ids []string) {
	for _, name := range strings.Split(names, ",") {
		if u, ok := w.sim.UserByName(name); ok {
			ids = append(ids, u.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// pings holds when a message that has the texts notifies that person, or
// "nobody", and not a soul more.
func (w *world) pings(place, who string, texts []string) bool {
	want := w.ids(who)
	return w.eventually(func() bool {
		found := w.find(place, texts)
		return len(found) > 0 && slices.Equal(want, slices.Sorted(slices.Values(found[0].Mentions)))
	})
}

// notified is pings for a message that was edited since: whom it woke when it was posted.
func (w *world) notified(place, who string, texts []string) bool {
	want := w.ids(who)
	return w.eventually(func() bool {
		found := w.find(place, texts)
		return len(found) > 0 && slices.Equal(want, slices.Sorted(slices.Values(found[len(found)-1].Notified)))
	})
}

func (w *world) quiet() bool {
	w.settle()
	if left := w.unexpected(); len(left) > 0 {
		return w.fail("no line of the story expects:\n  %s", strings.Join(left, "\n  "))
	}
	return true
}

// scene is what can be seen, for a story that went wrong.
func (w *world) scene() string {
	var b strings.Builder
	fmt.Fprintf(&b, "reply: %s %s\n", w.reply.Text, w.reply.Err)
	for _, c := range w.sim.Channels() {
		fmt.Fprintf(&b, "#%s · %s\n", c.Name, c.Topic)
		for _, m := range w.sim.Messages(c.ID) {
			if m.Subtype == "" {
				fmt.Fprintf(&b, "  %s %s %v %q\n", m.TS, m.Thread, w.told[key(m)], w.text(m))
			}
		}
	}
	for _, u := range people() {
		for _, m := range w.sim.Messages(w.sim.Direct(u.Name)) {
			fmt.Fprintf(&b, "@%s %v %q\n", u.Name, w.told[key(m)], w.text(m))
		}
	}
	for _, i := range w.github.Issues() {
		fmt.Fprintf(&b, "issue %d %s\n", i.Number, i.Title)
	}
	return b.String()
}

// rows counts what a person sees in a channel, besides that others come in.
func (w *world) rows(place, most string) bool {
	n, err := strconv.Atoi(most)
	require.NoError(w.t, err)
	w.settle()
	id, _ := w.place(place)
	var rows []string
	for _, m := range w.sim.Messages(id) {
		if m.Thread != "" || m.Deleted || m.Subtype == "channel_join" {
			continue
		}
		rows = append(rows, incident.Line(m.Subtype+" "+m.Text, 100))
	}
	return len(rows) <= n || w.fail("%d rows in %s instead of %d:\n%s", len(rows), place, n, strings.Join(rows, "\n"))
}

// onBoard waits until the status page has an incident of a name whose newest text is as it is to be.
func (w *world) onBoard(rest string) bool {
	q, status := quoted(rest), strings.Fields(rest[strings.Index(rest, "' ")+1:])[0]
	return w.eventually(func() bool {
		for _, i := range w.board.Incidents() {
			if i.Name == q[0] && i.Status == status && strings.Contains(i.Updates[len(i.Updates)-1].Body, q[1]) {
				return true
			}
		}
		return false
	}) || w.fail("the status page has %+v", w.board.Incidents())
}

// boards counts what stands on the status page.
func (w *world) boards(incidents, texts string) bool {
	n := 0
	all := w.board.Incidents()
	for _, i := range all {
		n += len(i.Updates)
	}
	return strconv.Itoa(len(all)) == incidents && strconv.Itoa(n) == texts || w.fail("the status page has %+v", all)
}
