package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"mayday/cmd/mayday/program"
	"mayday/diagnostics"
)

func checkCommand() *cobra.Command {
	var script string
	c := &cobra.Command{
		Use:   "check",
		Short: "Check every setting and connection: OK, or what to do, line by line",
		RunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("role-script") {
				return writeRoleScript(c.OutOrStdout(), script)
			}
			cfg, problems := program.FromEnv(os.Getenv, true, program.Names(os.Environ())...)
			failed := false
			for _, p := range problems {
				printFinding(c.OutOrStdout(), program.Finding{State: program.Failed, Subject: p.Variable, Says: p.What, Next: example(p)})
			}
			for _, f := range program.Check(c.Context(), cfg) {
				failed = failed || f.State == program.Failed
				printFinding(c.OutOrStdout(), f)
			}
			switch {
			case len(problems) > 0:
				return unusable{errSaid}
			case failed:
				return errSaid
			}
			return nil
		},
	}
	c.Flags().StringVar(&script, "role-script", "", "write the SQL that makes the role for DIAGNOSTICS_DATABASE_URL into this file instead of checking; - prints it")
	c.Flags().Lookup("role-script").NoOptDefVal = toStdout
	return c
}

// toStdout is the name of a file that stands for the standard output.
const toStdout = "-"

// writeRoleScript writes the script for the role that diagnoses. A file that is there already is left alone.
func writeRoleScript(out io.Writer, file string) error {
	script := diagnostics.RoleScript(program.DiagnosedDatabase(os.Getenv), "")
	if file == toStdout {
		_, err := io.WriteString(out, script)
		return err
	}
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return unusable{fmt.Errorf("--role-script: %w", err)}
	}
	if _, err := f.WriteString(script); err != nil {
		return errors.Join(err, f.Close())
	}
	fmt.Fprintf(out, "wrote %s; run it with psql as the owner of the database\n", file)
	return f.Close()
}

func example(p program.Problem) string {
	if p.Example == "" {
		return ""
	}
	return p.Variable + "=" + p.Example
}

// subjectWidth is how much room there is for what is checked, in characters.
const subjectWidth = 22

func printFinding(w io.Writer, f program.Finding) {
	subject := f.Subject
	if len(subject) > subjectWidth {
		subject += ":" // nothing else divides it from what is said
	}
	fmt.Fprintf(w, "%-5s %-*s %s\n", f.State, subjectWidth, subject, f.Says)
	if f.Next != "" {
		fmt.Fprintf(w, "%-5s %-*s → %s\n", "", subjectWidth, "", f.Next)
	}
}
