package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"mayday/bot"
	"mayday/cmd/mayday/program"
	"mayday/diagnostics"
	"mayday/incident"
	"mayday/playbooks"
)

func sqlCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "sql STATEMENT",
		Short: "Run one read-only statement on DIAGNOSTICS_DATABASE_URL, judged and masked as in Slack",
		Long: "Run one read-only statement on DIAGNOSTICS_DATABASE_URL. It passes the same guard as in Slack, and the same columns and values\n" +
			"are masked. Exit code 1 means that it was refused or gave no answer.",
		Example: `  mayday sql "select state, count(*) from pg_stat_activity group by state"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || strings.TrimSpace(args[0]) == "" {
				return unusable{errors.New(`one statement in quotes: mayday sql "select 1"`)}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			cfg, err := settings(false)
			if err != nil {
				return err
			}
			db, err := openDiagnosed(c.Context(), cfg)
			if err != nil {
				return err
			}
			if !db.ask(c.Context(), c.OutOrStdout(), c.ErrOrStderr(), "", args[0]) {
				return errSaid
			}
			return nil
		},
	}
}

// diagnosed is the diagnosed database for a person at a terminal.
type diagnosed struct {
	gate    *diagnostics.Gate
	address bot.Secret
}

func openDiagnosed(ctx context.Context, cfg program.Config) (diagnosed, error) {
	if cfg.DiagnosticsURL == "" {
		return diagnosed{}, unusable{errors.New("DIAGNOSTICS_DATABASE_URL is not set; for example postgres://mayday_reader:password@host:5432/app (mayday check --role-script prints the SQL that makes the role)")}
	}
	gate, err := diagnostics.OpenGate(ctx, program.DiagnosticsConfig(cfg))
	if err != nil {
		return diagnosed{}, unusable{errors.New("DIAGNOSTICS_DATABASE_URL " + program.Redact(err, cfg.DiagnosticsURL))}
	}
	return diagnosed{gate, cfg.DiagnosticsURL}, nil
}

// ask runs one statement and prints the answer, or why there is none; false then.
func (d diagnosed) ask(ctx context.Context, out, problems io.Writer, name, sql string) bool {
	result, err := d.gate.Run(ctx, diagnostics.Request{SQL: sql, Name: name, By: terminalUser()})
	if err != nil {
		fmt.Fprintln(problems, d.inWords(err))
		return false
	}
	fmt.Fprint(out, result.Text(0))
	return true
}

// terminalUser shows the owner of the database in pg_stat_activity who asks.
func terminalUser() string {
	if u := os.Getenv("USER"); u != "" {
		return "terminal:" + u
	}
	return "terminal"
}

// inWords writes a refusal or failure on lines of its own: what, which part, why, what instead.
func (d diagnosed) inWords(err error) string {
	var refusal *diagnostics.Refusal
	if !errors.As(err, &refusal) {
		return program.Redact(err, d.address)
	}
	lines := []string{"Not run: " + refusal.Why}
	if refusal.Word != "" {
		lines = []string{"Not run, because of " + refusal.Word + ": " + refusal.Why}
	}
	if refusal.Part != "" && refusal.Part != refusal.Word {
		lines = append(lines, "  here: "+refusal.Part)
	}
	if refusal.Instead != "" {
		lines = append(lines, "  "+refusal.Instead)
	}
	return strings.Join(lines, "\n")
}

// runScenario runs the queries of one scenario in the order of its steps, and
// names the statements that are left to a person.
func runScenario(c *cobra.Command, rb *playbooks.Runbook, word string) error {
	pb, ok := rb.Scenario(word)
	if !ok {
		near := rb.Nearest(word, 3)
		if len(near) == 0 {
			return unusable{fmt.Errorf("the runbook has no scenario %q; mayday runbook --brief lists them", word)}
		}
		return unusable{fmt.Errorf("the runbook has no scenario %q; the nearest: %s", word, strings.Join(near, ", "))}
	}
	cfg, err := settings(false)
	if err != nil {
		return err
	}
	db, err := openDiagnosed(c.Context(), cfg)
	if err != nil {
		return err
	}
	out, failed, ran := c.OutOrStdout(), false, 0
	for i, s := range pb.Steps {
		switch {
		case s.Query != nil:
			ran++
			fmt.Fprintf(out, "%d. %s  (%s)\n", i+1, s.Query.Title, s.Query.Name)
			failed = !db.ask(c.Context(), out, out, s.Query.Name, s.Query.SQL) || failed
			fmt.Fprintln(out)
		case s.ByHand != "":
			fmt.Fprintf(out, "%d. %s\nBy hand: %s\n\n", i+1, incident.Line(s.Text, 120), s.ByHand)
		}
	}
	if ran == 0 {
		fmt.Fprintf(out, "The scenario %s has no queries.\n", pb.Slug)
	}
	if failed {
		return errSaid
	}
	return nil
}
