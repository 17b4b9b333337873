package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"os/user"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"mayday/bot/blocks"
	"mayday/cmd/mayday/program"
	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/playbooks"
	"mayday/store"
)

// terminal is somebody who works on incidents without Slack.
type terminal struct {
	st   *store.Store
	rb   *playbooks.Runbook
	zone *time.Location
	out  io.Writer
	// aside is where warnings go, beside what may be read by a program.
	aside io.Writer
	json  bool
	// where is which database it is, "mayday on db:5432", and try a command that tells whether it answers. No password is in them.
	where, try string
	// reads: nothing is to be recorded.
	reads bool
	// machine is the user of this machine; empty where it has no name.
	machine string
	// example: the runbook is mayday's own example.
	example bool
	// by is who they are, and called what they are called where that is known.
	by     incident.Person
	called string
	// key names what is recorded, so that it can be looked for when its answer was lost.
	key string
}

// terminalWithin is how long the database has to answer before people are told to use the telephone.
const terminalWithin = 15 * time.Second

// atTerminal opens the database and the runbook for a command that records something.
func atTerminal(c *cobra.Command, f incidentFlags, do func(context.Context, *terminal) error) error {
	return openTerminal(c, f, false, do)
}

// reading is atTerminal for a command that only shows something: nobody has to say who they are.
func reading(c *cobra.Command, f incidentFlags, do func(context.Context, *terminal) error) error {
	return openTerminal(c, f, true, do)
}

func openTerminal(c *cobra.Command, f incidentFlags, reads bool, do func(context.Context, *terminal) error) error {
	cfg, err := withDatabase("incidents are kept")
	if err != nil {
		return err
	}
	rb, err := program.ReadToDeclare(cfg)
	if err != nil {
		return unusable{err}
	}
	t := &terminal{rb: rb, zone: cfg.Zone, out: c.OutOrStdout(), aside: c.ErrOrStderr(), json: f.json, reads: reads, example: cfg.Runbook == "",
		machine: machineUser(os.Getenv("USER"), user.Current), key: "terminal/" + rand.Text()}
	t.where, t.try = program.Where(cfg.DatabaseURL)
	ctx, cancel := context.WithTimeout(c.Context(), terminalWithin)
	defer cancel()
	t.st, err = store.Open(ctx, store.Config{URL: cfg.DatabaseURL.Reveal()})
	switch {
	case errors.Is(err, store.ErrNewer):
		return unusable{err}
	case err != nil && (store.Away(err) || ctx.Err() != nil):
		return t.unrecorded(t.away(err))
	case err != nil:
		return unusable{errors.New("the database cannot be opened: " + program.Redact(err, cfg.DatabaseURL))}
	}
	defer t.st.Close()
	if err := t.identify(ctx, f.as); err != nil {
		return err
	}
	return do(ctx, t)
}

// away says in words why the database takes nothing, which one it is, and what to look at.
func (t *terminal) away(err error) string {
	it := "the database " + t.where + " (DATABASE_URL)"
	if errors.Is(err, store.ErrReadOnly) {
		return it + " takes no writes; it is a standby, or set read-only. Set the address of the one that takes them"
	}
	var unknown *net.DNSError
	why := ""
	switch {
	case errors.As(err, &unknown):
		why = ": its host has no address in DNS"
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, fs.ErrNotExist): // a socket on this machine
		why = ": nothing listens there"
	}
	return it + " does not answer" + why + ". See whether it runs, and whether this machine reaches it: " + t.try
}

// unrecorded says that nothing was recorded, or shown, and whom to call.
func (t *terminal) unrecorded(why string) error {
	what := "recorded"
	if t.reads {
		what = "shown"
	}
	return fmt.Errorf("nothing was %s: %s. Try again, and meanwhile call somebody:\n%s", what, why, t.phones(t.rb.Policy.Contacts))
}

// exampleOnly is said where the runbook is not the team's, because the example's telephone numbers look like any others.
const exampleOnly = "MAYDAY_RUNBOOK is not set: severities, steps and telephone numbers are those of mayday's example, not yours"

// warn says aside that the runbook is not the team's.
func (t *terminal) warn() {
	if t.example {
		fmt.Fprintln(t.aside, "mayday: "+exampleOnly)
	}
}

// mentioned is an account where Slack would show a name.
var mentioned = lazyregexp.New(`@[UW][A-Z0-9]{7,}\b`)

// identify finds out who acts. A name is marked as typed in a terminal, so that it is taken for nobody's account.
func (t *terminal) identify(ctx context.Context, as string) error {
	as = incident.Line(as, 60)
	if as == "" {
		switch {
		case t.machine == "" && t.reads:
			t.by = "somebody (terminal)" // takes part in nothing, and so sees no private incident
			return nil
		case t.machine == "":
			return unusable{errors.New("it is not known who you are; say so with --as ben@example.com")}
		}
		t.by = t.machine + " (terminal)"
		return nil
	}
	switch {
	case incident.IsAccount(as) && (!incident.MayBeName(as) || t.isContact(as)):
		t.by = as
		return nil
	case !strings.Contains(as, "@") || strings.ContainsAny(as, " <>|"):
		t.by = as + " (terminal)"
		return nil
	}
	t.by = strings.ToLower(as)
	i := slices.IndexFunc(t.rb.Policy.Contacts, func(c incident.Contact) bool { return strings.EqualFold(c.Email, as) && c.Roster == "" })
	if i >= 0 {
		c := t.rb.Policy.Contacts[i]
		if incident.IsAccount(c.SlackID()) {
			t.by, t.called = c.SlackID(), c.Name
			return nil
		}
	}
	known, err := t.st.KnownAs(ctx, as)
	if err != nil {
		return t.failed(incident.Incident{}, err)
	}
	if known != "" {
		t.by = known
		if i >= 0 {
			t.called = t.rb.Policy.Contacts[i].Name
		}
	}
	return nil
}

// isContact reports whether the runbook names a contact by this user id.
func (t *terminal) isContact(id string) bool {
	return slices.ContainsFunc(t.rb.Policy.Contacts, func(c incident.Contact) bool { return c.SlackID() == id })
}

// machineUser is the user of this machine: as the environment has it, or else as the machine does, because cron, services and containers
// set no USER; empty where it has no name.
func machineUser(env string, current func() (*user.User, error)) string {
	if name := incident.Line(env, 60); name != "" {
		return name
	}
	u, err := current()
	if err != nil {
		return ""
	}
	return incident.Line(u.Username, 60)
}

// declare opens an incident.
func (t *terminal) declare(ctx context.Context, d incident.Declaration) (incident.Incident, error) {
	inc, err := t.st.Declare(ctx, []string{t.key}, func(ref incident.Ref, now time.Time) (incident.Change, error) {
		c, err := incident.Declare(ref, d, now)
		return t.naming(c), err
	})
	if err = t.inquire(ctx, err); err != nil {
		return inc, t.failed(inc, err)
	}
	return inc, nil
}

// methodsWithin is how long a declaration waits to hear how people are reached besides Slack.
const methodsWithin = 2 * time.Second

// awaitMethods waits a moment for the mayday that runs to find out how people are reached besides Slack, where Slack is away.
func (t *terminal) awaitMethods(ctx context.Context, inc incident.Incident, c store.Carriers) incident.Incident {
	if c.Alive == 0 || c.SlackAway.IsZero() && c.Connected > 0 {
		return inc
	}
	for end := time.Now().Add(methodsWithin); time.Now().Before(end) && ctx.Err() == nil; {
		store.SystemClock{}.Wait(ctx, time.Now().Add(methodsWithin/10), nil)
		now, err := t.st.Incident(ctx, inc.Ref())
		if err == nil && len(now.Reaches) == len(now.Pages) {
			return now
		}
	}
	return inc
}

// record changes an incident.
func (t *terminal) record(ctx context.Context, was incident.Incident, decide store.Decision) (incident.Change, error) {
	c, err := t.st.Update(ctx, was.Ref(), []string{t.key}, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		c, err := decide(inc, now)
		if err != nil {
			return c, err
		}
		if incident.IsAccount(t.by) {
			c = incident.FromOutside(inc, c, t.by, "", now)
		}
		return t.naming(c), nil
	})
	if err = t.inquire(ctx, err); err != nil {
		return c, t.failed(was, err)
	}
	return c, nil
}

// naming completes a change with what whoever acts is called.
func (t *terminal) naming(c incident.Change) incident.Change {
	return incident.Named(c, map[incident.Person]string{t.by: t.called})
}

// inquire looks for what was recorded without an answer: nil when it is there.
func (t *terminal) inquire(ctx context.Context, err error) error {
	if !errors.Is(err, store.ErrUnconfirmed) {
		return err
	}
	if there, failed := t.st.Delivered(ctx, []string{t.key}); failed != nil || !there {
		return err
	}
	return nil
}

// failed says for somebody at a terminal why nothing was recorded, and what to do next.
func (t *terminal) failed(inc incident.Incident, err error) error {
	var refused *incident.Refusal
	switch {
	case errors.As(err, &refused):
		said := strings.ReplaceAll(blocks.RefusedPlain(inc, refused), "/incident ", "mayday incident ")
		said = mentioned.ReplaceAllStringFunc(said, func(m string) string { return t.name(inc, m[1:]) })
		return errors.New(forTerminal(said))
	case errors.Is(err, store.ErrUnconfirmed):
		return fmt.Errorf("it is not known whether this was recorded: the database went away meanwhile. mayday incident list shows it if it was. If in doubt call somebody:\n%s", t.phones(t.rb.Policy.Contacts))
	case errors.Is(err, store.ErrReadOnly), store.Away(err), errors.Is(err, context.DeadlineExceeded):
		return t.unrecorded(t.away(err))
	case inc.ID != 0:
		return fmt.Errorf("incident %d: %w", inc.ID, err)
	}
	return err
}
