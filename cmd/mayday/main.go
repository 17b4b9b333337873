// Command mayday is an incident-response bot for Slack that runs a team's own
// Markdown runbook.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set when the program is linked.
var version = "dev"

// The exit codes: 0 is fine.
const (
	exitFailed   = 1
	exitUnusable = 2
)

// unusable marks errors of arguments and configuration.
type unusable struct{ error }

// Unwrap gives what is wrong.
func (u unusable) Unwrap() error { return u.error }

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := command()
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return 0
	}
	if !errors.Is(err, errSaid) {
		fmt.Fprintln(os.Stderr, "mayday: "+err.Error())
	}
	var u unusable
	if errors.As(err, &u) {
		return exitUnusable
	}
	return exitFailed
}

// errSaid ends when everything was printed already.
var errSaid = errors.New("failed")

func command() *cobra.Command {
	root := &cobra.Command{
		Use:           "mayday",
		Short:         "An incident-response bot for Slack that runs the runbook you already have",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unusable{fmt.Errorf("there is no command %q; mayday help lists them", args[0])}
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return unusable{err} })
	root.AddCommand(runCommand(), demoCommand(), checkCommand(), runbookCommand(), sqlCommand(), incidentCommand(), sourceCommand(), manifestCommand(), versionCommand())
	for _, c := range root.Commands() {
		if c.Args == nil {
			c.Args = noArguments
		}
	}
	return root
}

func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return unusable{fmt.Errorf("%s takes no argument, got %q", c.CommandPath(), args[0])}
	}
	return nil
}

func versionCommand() *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Print the version", Run: func(c *cobra.Command, _ []string) {
		fmt.Fprintln(c.OutOrStdout(), "mayday "+version)
	}}
}
