package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"mayday/cmd/mayday/program"
)

func checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Check every setting and connection: OK, or what to do, line by line",
		RunE: func(c *cobra.Command, _ []string) error {
			cfg, problems := program.FromEnv(os.Getenv, true)
			failed := false
			for _, p := range problems {
				failed = true
				printFinding(c.OutOrStdout(), program.Finding{State: program.Failed, Subject: p.Variable, Says: p.What, Next: example(p)})
			}
			for _, f := range program.Check(c.Context(), cfg) {
				failed = failed || f.State == program.Failed
				printFinding(c.OutOrStdout(), f)
			}
			if failed {
				return errSaid
			}
			return nil
		},
	}
}

func example(p program.Problem) string {
	if p.Example == "" {
		return ""
	}
	return p.Variable + "=" + p.Example
}

func printFinding(w io.Writer, f program.Finding) {
	fmt.Fprintf(w, "%-5s %-22s %s\n", f.State, f.Subject, f.Says)
	if f.Next != "" {
		fmt.Fprintf(w, "%-5s %-22s → %s\n", "", "", f.Next)
	}
}
