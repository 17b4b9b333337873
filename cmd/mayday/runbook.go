package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"mayday/bot"
	"mayday/cmd/mayday/program"
	"mayday/playbooks"
)

func runbookCommand() *cobra.Command {
	var asJSON, brief bool
	var scenario, walk string
	c := &cobra.Command{
		Use:   "runbook [FILE]",
		Short: "Print what mayday understands of a runbook, and every line that it cannot use",
		Long: "Print what mayday understands of a runbook (a Markdown file or a folder of them), and every line that it cannot use.\n" +
			"Without FILE it reads MAYDAY_RUNBOOK, or else the embedded runbook. Exit code 1 means that something essential is missing.",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return unusable{fmt.Errorf("one runbook at a time, got %d arguments", len(args))}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			path := os.Getenv("MAYDAY_RUNBOOK")
			if len(args) == 1 {
				path = args[0]
			}
			rb, err := program.ReadRunbookUntil(c.Context(), path, program.Config{})
			if err != nil {
				return unusable{err}
			}
			if walk != "" {
				return walkScenario(c, rb, walk)
			}
			if scenario != "" {
				return runScenario(c, rb, scenario)
			}
			if asJSON {
				enc := json.NewEncoder(c.OutOrStdout())
				enc.SetIndent("", "  ")
				if err := enc.Encode(rb); err != nil {
					return err
				}
			} else if err := rb.Account(c.OutOrStdout(), playbooks.AccountOptions{Brief: brief}); err != nil {
				return err
			}
			if missing := rb.Missing(); len(missing) > 0 {
				for _, m := range missing {
					fmt.Fprintln(c.ErrOrStderr(), "missing: "+m)
				}
				return errSaid
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print JSON for machines")
	c.Flags().StringVar(&scenario, "run", "", "run the queries of one scenario on DIAGNOSTICS_DATABASE_URL instead")
	c.Flags().StringVar(&walk, "walk", "", "walk the steps of one scenario at a prompt, without Slack; a severity walks its own procedures")
	c.Flags().BoolVar(&brief, "brief", false, "leave out the steps")
	return c
}

func manifestCommand() *cobra.Command {
	var name string
	c := &cobra.Command{
		Use:   "manifest",
		Short: "Print the Slack app manifest, ready to paste at api.slack.com/apps",
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := c.OutOrStdout().Write(bot.Manifest(name))
			return err
		},
	}
	c.Flags().StringVar(&name, "name", "mayday", "name of the app, at most 35 characters")
	return c
}
