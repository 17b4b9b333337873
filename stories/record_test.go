package stories

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/stretchr/testify/require"

	githubsim "mayday/sim/github"
	slacksim "mayday/sim/slack"
)

// What people do to messages and on GitHub, besides talking to the bot:
//
//	react ana pushpin 'text'            a reaction to the message that has the text; unreact takes it away
//	edits ana 'old' 'new'               a person's own message; deletes ana 'text'
//	thread ana 'parent' 'text'          a reply
//	adds ana 'text'                     the shortcut "Add to timeline" on a message; declares ana 'text' the other one
//	github comment 1 ana '…'            a comment on an issue
//	github close 1, github reopen 1     by a person
//	github write 2 'old' 'new'          a person edits an issue's body
//	repository docs/RUNBOOK.md file     a file of the repository is this one
//
// and what is then to be seen:
//
//	marked ana 'text', unmarked 'text'  the bot's check mark on a message
//	body 2 '…', title 1 '…', state 1 closed, labels 1 '…', unlabelled 1 '…', parent 3 2, assigned 3 anaruiz
//	comments 1 2                        how many comments an issue has
//	comment 1 '…'                       one of them has these texts
//	pulls 1, proposed docs/RUNBOOK.md '…'   pull requests, and one with these texts in it or in its file
//	bookmark #inc-1 '…'                 a link at the top of the channel
func init() {
	recordActs()
	recordIssues()
	recordChecks()
}

func recordActs() {
	acts["react"] = func(w *world, rest string, args []string) bool {
		return w.onMessage(rest, func(m slacksim.Message) error { return w.sim.React(args[0], m.Channel, m.TS, args[1]) })
	}
	acts["unreact"] = func(w *world, rest string, args []string) bool {
		return w.onMessage(rest, func(m slacksim.Message) error { return w.sim.Unreact(args[0], m.Channel, m.TS, args[1]) })
	}
	acts["edits"] = func(w *world, rest string, args []string) bool {
		return w.onMessage(rest, func(m slacksim.Message) error { return w.sim.Edit(args[0], m.Channel, m.TS, quoted(rest)[1]) })
	}
	acts["deletes"] = func(w *world, rest string, args []string) bool {
		return w.onMessage(rest, func(m slacksim.Message) error { return w.sim.Delete(args[0], m.Channel, m.TS) })
	}
	acts["thread"] = func(w *world, rest string, args []string) bool {
		return w.onMessage(rest, func(m slacksim.Message) error {
			if w.sim.Say(args[0], m.Channel, quoted(rest)[1], m.TS) == "" {
				return fmt.Errorf("%s cannot write there", args[0])
			}
			return nil
		})
	}
	for act, shortcut := range map[string]string{"adds": "add_to_timeline", "declares": "declare_from_message"} {
		acts[act] = func(w *world, rest string, args []string) bool {
			return w.onMessage(rest, func(m slacksim.Message) error {
				w.reply = w.sim.MessageShortcut(args[0], shortcut, m.Channel, m.TS)
				if w.reply.Err != "" {
					return fmt.Errorf("Slack shows %s", w.reply.Err)
				}
				return nil
			})
		}
	}
	acts["repository"] = func(w *world, _ string, args []string) bool {
		content, err := os.ReadFile(args[1])
		require.NoError(w.t, err)
		w.github.SetContent(args[0], content)
		return true
	}
	acts["github"] = func(w *world, rest string, args []string) bool { return w.onGitHub(rest, args) }
}

// recordIssues are checks of one issue, which may take a moment to hold.
func recordIssues() {
	for name, check := range map[string]func(w *world, i githubsim.Issue, rest string, args []string) bool{
		"body":  func(_ *world, i githubsim.Issue, rest string, _ []string) bool { return holds(i.Body, quoted(rest)) },
		"title": func(_ *world, i githubsim.Issue, rest string, _ []string) bool { return holds(i.Title, quoted(rest)) },
		"labels": func(_ *world, i githubsim.Issue, rest string, _ []string) bool {
			return holds(fmt.Sprint(i.Labels), quoted(rest))
		},
		"unlabelled": func(_ *world, i githubsim.Issue, rest string, _ []string) bool {
			return !holds(fmt.Sprint(i.Labels), quoted(rest))
		},
		"state": func(_ *world, i githubsim.Issue, _ string, args []string) bool { return i.State == args[1] },
		"parent": func(_ *world, i githubsim.Issue, _ string, args []string) bool {
			return strconv.Itoa(i.Parent) == args[1]
		},
		"assigned": func(_ *world, i githubsim.Issue, _ string, args []string) bool {
			return holds(fmt.Sprint(i.Assignees), args[1:])
		},
		"comments": func(_ *world, i githubsim.Issue, _ string, args []string) bool {
			return strconv.Itoa(len(i.Comments)) == args[1]
		},
		"comment": func(_ *world, i githubsim.Issue, rest string, _ []string) bool {
			for _, c := range i.Comments {
				if holds(c.Body, quoted(rest)) {
					return true
				}
			}
			return false
		},
	} {
		checks[name] = func(w *world, rest string, args []string) bool {
			number, err := strconv.Atoi(args[0])
			require.NoError(w.t, err)
			if name == "comments" {
				w.settle()
			}
			return w.eventually(func() bool {
				for _, i := range w.github.Issues() {
					if i.Number == number && check(w, i, rest, args) {
						return true
					}
				}
				return false
			}) || w.fail("%s", w.issueNow(number))
		}
	}
}

func recordChecks() {
	checks["proposed"] = func(w *world, rest string, args []string) bool {
		return w.eventually(func() bool {
			for _, p := range w.github.Pulls() {
				content, ok := w.github.Content(p.Head, args[0])
				if ok && holds(p.Title+p.Body+string(content), quoted(rest)) {
					return true
				}
			}
			return false
		}) || w.fail("%v", w.github.Pulls())
	}
	checks["pulls"] = func(w *world, _ string, args []string) bool {
		w.settle()
		return strconv.Itoa(len(w.github.Pulls())) == args[0]
	}
	checks["marked"] = func(w *world, rest string, _ []string) bool { return w.checkMark(quoted(rest)[0], true) }
	checks["unmarked"] = func(w *world, rest string, _ []string) bool { return w.checkMark(quoted(rest)[0], false) }
	checks["bookmark"] = func(w *world, rest string, args []string) bool {
		return w.eventually(func() bool {
			id, _ := w.place(args[0])
			c, _ := w.sim.Channel(id)
			return holds(fmt.Sprint(c.Bookmarks), quoted(rest))
		})
	}
}

// said finds the newest message in the channel in hand that holds a text.
func (w *world) said(text string) (slacksim.Message, bool) {
	id, _ := w.place(w.channel)
	all := w.sim.Messages(id)
	for i := len(all) - 1; i >= 0; i-- {
		if strings.Contains(w.text(all[i])+all[i].Text+string(all[i].Attachments), text) {
			return all[i], true
		}
	}
	return slacksim.Message{}, false
}

func (w *world) onMessage(rest string, do func(slacksim.Message) error) bool {
	m, ok := w.said(quoted(rest)[0])
	if !ok {
		return w.fail("nobody said %q", quoted(rest)[0])
	}
	err := do(m)
	return err == nil || w.fail("%v", err)
}

func (w *world) checkMark(text string, want bool) bool {
	return w.eventually(func() bool {
		m, ok := w.said(text)
		return ok && want == strings.Contains(fmt.Sprint(m.Reactions), "white_check_mark")
	})
}

// onGitHub is what a person does to an issue there.
func (w *world) onGitHub(rest string, args []string) bool {
	number, err := strconv.Atoi(args[1])
	require.NoError(w.t, err)
	switch args[0] {
	case "comment":
		err = w.github.CommentOnIssue(args[2], number, quoted(rest)[0])
	case "close":
		err = w.github.WriteIssue(number, func(i *githubsim.Issue) { i.State = "closed" })
	case "reopen":
		err = w.github.WriteIssue(number, func(i *githubsim.Issue) { i.State = "open" })
	case "write":
		found := false
		err = w.github.WriteIssue(number, func(i *githubsim.Issue) {
			found = strings.Contains(i.Body, quoted(rest)[0])
			i.Body = strings.Replace(i.Body, quoted(rest)[0], quoted(rest)[1], 1)
		})
		if !found {
			return w.fail("%s", w.issueNow(number))
		}
	default:
		err = fmt.Errorf("what does one do on GitHub with %q?", args[0])
	}
	return err == nil || w.fail("%v", err)
}

func (w *world) issueNow(number int) string {
	for _, i := range w.github.Issues() {
		if i.Number == number {
			return fmt.Sprintf("issue %d is %s, %q, %v, assigned %v, parent %d:\n%s\n%v", number, i.State, i.Title, i.Labels, i.Assignees, i.Parent, i.Body, i.Comments)
		}
	}
	return fmt.Sprintf("there is no issue %d", number)
}
