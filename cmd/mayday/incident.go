package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mayday/handlers"
	"mayday/incident"
	"mayday/store"
)

// incidentFlags are what every command about incidents takes.
type incidentFlags struct {
	as   string
	json bool
}

func incidentCommand() *cobra.Command {
	var f incidentFlags
	var d declareFlags
	c := &cobra.Command{
		Use:   "incident",
		Short: "Declare incidents and work on them in a terminal, for when Slack is away",
		Long: "Declare incidents and work on them in a terminal. It needs DATABASE_URL and the runbook, no token: what is recorded is carried out by\n" +
			"the mayday that runs on that database, in Slack as soon as Slack is there.\n\n" +
			"You are who --as says: an e-mail address, best the one that you have in Slack. Without it you are recorded as the user of this machine,\n" +
			"\"ben (terminal)\"; where that has no name, as in a container, --as is needed for all but list, show and timeline.\n" +
			"Whom mayday does not know in Slack is recorded as typed, and mentioned nowhere.\n" +
			"Exit codes: 0 recorded, 1 not recorded, 2 the arguments or the settings cannot be used.",
		Example: "  mayday incident declare p0 site-down \"checkout answers 500\" --as ben@acme.dev\n" +
			"  mayday incident ack 42\n" +
			"  mayday incident update 42 rolled back next 30m\n" +
			"  mayday incident resolve 42 bad build, rolled back\n" +
			"  mayday incident list",
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			if len(args) == 0 {
				return c.Help()
			}
			return declareInTerminal(c, f, d, args, commandNames(c))
		},
	}
	c.PersistentFlags().StringVar(&f.as, "as", "", "who you are: an e-mail address, a Slack user id, or a name")
	c.PersistentFlags().BoolVar(&f.json, "json", false, "print JSON")
	d.add(c)
	declare := &cobra.Command{
		Use: "declare SEVERITY [SCENARIO] [TITLE]", Short: "Declare an incident; says who is called, and how", Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error { return declareInTerminal(c, f, d, args, nil) },
	}
	d.add(declare)
	c.AddCommand(declare,
		onIncident(&f, "ack", "[NUMBER]", "Acknowledge: stop the response clock", func(by incident.Person, text string) (store.Decision, error) {
			return func(inc incident.Incident, now time.Time) (incident.Change, error) {
				return incident.Acknowledge(inc, by, now)
			}, noText("ack", text)
		}),
		onIncident(&f, "take", "[NUMBER] ROLE", "Take a role: lead, comms, scribe, expert", func(by incident.Person, text string) (store.Decision, error) {
			return func(inc incident.Incident, now time.Time) (incident.Change, error) {
				return incident.TakeRole(inc, by, by, text, now)
			}, nil
		}),
		onIncident(&f, "status", "[NUMBER] investigating|identified|monitoring", "Move the status on", func(by incident.Person, text string) (store.Decision, error) {
			return func(inc incident.Incident, now time.Time) (incident.Change, error) {
				return incident.SetStatus(inc, by, text, now)
			}, nil
		}),
		onIncident(&f, "update", "[NUMBER] TEXT [next 30m]", "Tell everybody how things stand", func(by incident.Person, text string) (store.Decision, error) {
			text, next := handlers.Update(text)
			return func(inc incident.Incident, now time.Time) (incident.Change, error) {
				return incident.Announce(inc, by, text, next, now)
			}, nil
		}),
		onIncident(&f, "note", "[NUMBER] TEXT", "Note something on the timeline", func(by incident.Person, text string) (store.Decision, error) {
			return func(inc incident.Incident, now time.Time) (incident.Change, error) {
				return incident.Note(inc, by, text, now)
			}, nil
		}),
		onIncident(&f, "resolve", "[NUMBER] [SUMMARY]", "End the clocks; the post-mortem is filed", func(by incident.Person, text string) (store.Decision, error) {
			return func(inc incident.Incident, now time.Time) (incident.Change, error) {
				return incident.Resolve(inc, by, text, now)
			}, nil
		}),
		onIncident(&f, "cancel", "[NUMBER] REASON", "End it as a false alarm", func(by incident.Person, text string) (store.Decision, error) {
			return func(inc incident.Incident, now time.Time) (incident.Change, error) {
				return incident.Cancel(inc, by, text, now)
			}, nil
		}),
		onIncident(&f, "reopen", "[NUMBER] [REASON]", "Take it up again", func(by incident.Person, text string) (store.Decision, error) {
			return func(inc incident.Incident, now time.Time) (incident.Change, error) {
				return incident.Reopen(inc, by, text, now)
			}, nil
		}),
		incidentList(&f), incidentShow(&f), incidentTimeline(&f))
	return c
}

// noText refuses words behind a command that takes none: they may have been meant as something else.
func noText(verb, text string) error {
	if text == "" {
		return nil
	}
	return unusable{fmt.Errorf("mayday incident %s takes nothing but a number, got %q", verb, incident.Line(text, 60))}
}

// onIncident is the command of a verb. decide makes the decision of who acts, and the words behind the number.
func onIncident(f *incidentFlags, verb, args, short string, decide func(by incident.Person, text string) (store.Decision, error)) *cobra.Command {
	return &cobra.Command{
		Use: verb + " " + args, Short: short, Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			return atTerminal(c, *f, func(ctx context.Context, t *terminal) error {
				number, doubtful, text := takeNumber(args)
				do, err := decide(t.by, text)
				if err != nil {
					return err
				}
				doubtful = doubtful && slices.Contains(speaking, verb)
				var inc incident.Incident
				if doubtful {
					inc, err = t.spoken(ctx, verb, number, text)
				} else {
					inc, err = t.which(ctx, verb, number)
				}
				if err != nil {
					return err
				}
				change, err := t.record(ctx, inc, do)
				switch {
				case err != nil && doubtful && !inc.Status.Live():
					return fmt.Errorf("%w. %s", err, inQuotes(verb, number, text))
				case err != nil:
					return err
				}
				return t.sayRecorded(ctx, change)
			})
		},
	}
}

// declareFlags are the options of a declaration.
type declareFlags struct{ private, drill, another bool }

func (d *declareFlags) add(c *cobra.Command) {
	c.Flags().BoolVar(&d.private, "private", false, "hide it from all who take no part in it")
	c.Flags().BoolVar(&d.drill, "drill", false, "it is an exercise")
	c.Flags().BoolVar(&d.another, "another", false, "it is another one than those that are open")
}

// commandNames are the words that may follow a command.
func commandNames(c *cobra.Command) (names []string) {
	for _, sub := range c.Commands() {
		names = append(names, sub.Name())
	}
	return names
}

// declareInTerminal declares. Where declare itself was left out, instead are the commands of which a mistyped one may have been meant.
func declareInTerminal(c *cobra.Command, f incidentFlags, d declareFlags, args, instead []string) error {
	return atTerminal(c, f, func(ctx context.Context, t *terminal) error {
		typed, err := handlers.Declaration(t.rb, strings.Join(args, " "), t.by)
		var unclear *handlers.UnclearError
		switch {
		case errors.As(err, &unclear) && len(instead) > 0:
			return unusable{fmt.Errorf("nothing was done: %q is none of the commands here, which are %s. Everything else is typed in Slack. To declare an incident: mayday incident declare %s <what is wrong>",
				incident.Line(args[0], 40), strings.Join(instead, ", "), strings.ToLower(t.rb.Policy.Usual(incident.Playbook{})))}
		case errors.As(err, &unclear):
			return unusable{errors.New("nothing was declared: " + unclear.Error())}
		case err != nil:
			return unusable{t.failed(incident.Incident{}, err)}
		}
		t.warn()
		typed.Private, typed.Drill = typed.Private || d.private, typed.Drill || d.drill
		if !typed.Another && !d.another && !typed.Drill {
			if same, found := t.sameAs(ctx, typed); found {
				return fmt.Errorf("nothing was declared: incident %d may be the same (%s, declared %s by %s). To work on it: mayday incident ack %d. If it is another one: --another",
					same.ID, t.title(same), t.at(same.DeclaredAt), t.name(same, same.DeclaredBy), same.ID)
			}
		}
		inc, err := t.declare(ctx, typed.Declaration)
		if err != nil {
			return err
		}
		return t.sayDeclared(ctx, inc, typed.MayBe)
	})
}

func incidentList(f *incidentFlags) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the open incidents, what is overdue first", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return reading(c, *f, func(ctx context.Context, t *terminal) error {
				open, err := t.st.List(ctx, store.Filter{Live: true, Visible: t.by, Limit: mostListed})
				if err != nil {
					return t.failed(incident.Incident{}, err)
				}
				incident.ByUrgency(open, t.by)
				return t.sayList(open)
			})
		},
	}
}

// mostListed is how many open incidents are listed.
const mostListed = 100

func incidentShow(f *incidentFlags) *cobra.Command {
	return &cobra.Command{
		Use: "show [NUMBER]", Short: "Show how an incident stands, and whom to telephone", Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			return aboutOne(c, *f, "show", args, func(ctx context.Context, t *terminal, inc incident.Incident) error { return t.sayShown(ctx, inc) })
		},
	}
}

func incidentTimeline(f *incidentFlags) *cobra.Command {
	return &cobra.Command{
		Use: "timeline [NUMBER]", Short: "Print what happened, oldest first", Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, args []string) error {
			return aboutOne(c, *f, "timeline", args, func(ctx context.Context, t *terminal, inc incident.Incident) error {
				evs, err := t.st.Timeline(ctx, inc.ID, 0, 0)
				if err != nil {
					return t.failed(inc, err)
				}
				return t.sayTimeline(inc, incident.Timeline(evs))
			})
		},
	}
}

// aboutOne is the command of what shows one incident.
func aboutOne(c *cobra.Command, f incidentFlags, verb string, args []string, show func(context.Context, *terminal, incident.Incident) error) error {
	return reading(c, f, func(ctx context.Context, t *terminal) error {
		number, _, text := takeNumber(args)
		if err := noText(verb, text); err != nil {
			return err
		}
		inc, err := t.which(ctx, verb, number)
		if err != nil {
			return err
		}
		return show(ctx, t, inc)
	})
}
