package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"mayday/bot"
	"mayday/cmd/mayday/program"
	"mayday/playbooks"
	"mayday/playbooks/page"
)

// runbookFlags are what is asked of a runbook; at most one way of showing it.
type runbookFlags struct {
	asJSON, brief                      bool
	why, html, walk, runQueries, alert string
}

func runbookCommand() *cobra.Command {
	var f runbookFlags
	c := &cobra.Command{
		Use:   "runbook [FILE]",
		Short: "Print what mayday understands of a runbook, and every line that it cannot use",
		Long: "Print what mayday understands of a runbook (a Markdown file or a folder of them): what is missing to run an\n" +
			"incident, the most useful corrections, then severities, contacts, scenarios and everything else.\n" +
			"Without FILE it reads MAYDAY_RUNBOOK, or else the embedded runbook.\n\n" +
			"Exit code 1 means that something essential is missing, 2 that the arguments or the file cannot be used.",
		Example: "  mayday runbook docs/RUNBOOK.md                  what was understood\n" +
			"  mayday runbook docs/runbooks/ --html out.html   the same as a page to look at, line by line\n" +
			"  mayday runbook docs/RUNBOOK.md --why            what each section was taken for, why, and how to change it\n" +
			"  mayday runbook docs/RUNBOOK.md --why=parts      the same for each list item, paragraph, block and row\n" +
			"  mayday runbook docs/RUNBOOK.md --why=120        all about line 120; in a folder --why=disk.md:120\n" +
			"  mayday runbook --walk site-down                 walk a scenario in the terminal\n" +
			"  mayday runbook --alert sentry=sample.json       what would become of an alert that Sentry posts, and why",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 1 {
				return unusable{fmt.Errorf("one runbook at a time, got %d arguments%s", len(args), flagHint(args))}
			}
			return nil
		},
		RunE: func(c *cobra.Command, args []string) error {
			path := os.Getenv("MAYDAY_RUNBOOK")
			if len(args) == 1 {
				path = args[0]
			}
			if err := f.onlyOne(c); err != nil {
				return unusable{err}
			}
			return f.show(c, path)
		},
	}
	c.Flags().BoolVar(&f.asJSON, "json", false, "print JSON for machines")
	c.Flags().StringVar(&f.why, "why", "", "tell what each section was taken for and why; =parts each part too, =LINE or =FILE:LINE one line")
	c.Flags().Lookup("why").NoOptDefVal = whySections
	c.Flags().StringVar(&f.html, "html", "", "write one page to look at: the document with what became of each line; - for standard output")
	c.Flags().StringVar(&f.runQueries, "run", "", "run the queries of one scenario on DIAGNOSTICS_DATABASE_URL instead")
	c.Flags().StringVar(&f.walk, "walk", "", "walk the steps of one scenario at a prompt, without Slack; a severity walks its own procedures")
	c.Flags().StringVar(&f.alert, "alert", "", "tell what would become of an alert that a sender posts: FILE, or SOURCE=FILE; headers may stand before the body, with an empty line between")
	c.Flags().BoolVar(&f.brief, "brief", false, "leave out the steps")
	return c
}

// flagHint helps whoever wrote "--why parts" as two words.
func flagHint(args []string) string {
	last := args[len(args)-1]
	if _, err := whyOptions(last); err == nil {
		return "; write --why=" + last + " as one word"
	}
	return ""
}

// onlyOne refuses flags that ask for different things at once.
func (f *runbookFlags) onlyOne(c *cobra.Command) error {
	var set []string
	for _, name := range []string{"json", "why", "html", "run", "walk", "brief", "alert"} {
		if c.Flags().Changed(name) {
			set = append(set, "--"+name)
		}
	}
	if len(set) > 1 {
		return fmt.Errorf("%s ask for different things; use one of them", strings.Join(set, " and "))
	}
	return nil
}

// show reads the runbook and shows it in the way that was asked for.
func (f *runbookFlags) show(c *cobra.Command, path string) error {
	switch {
	case c.Flags().Changed("why"):
		return explain(c, path, f.why)
	case c.Flags().Changed("html"):
		return writePage(c, path, f.html)
	}
	rb, err := program.ReadRunbookUntil(c.Context(), path, program.ToRead(os.Getenv))
	if err != nil {
		return unusable{err}
	}
	switch {
	case f.walk != "":
		return walkScenario(c, rb, f.walk)
	case f.alert != "":
		return sayAlert(c, rb, f.alert)
	case f.runQueries != "":
		return runScenario(c, rb, f.runQueries)
	case f.asJSON:
		enc := json.NewEncoder(c.OutOrStdout())
		enc.SetIndent("", "  ")
		err = enc.Encode(rb)
	default:
		err = rb.Account(c.OutOrStdout(), playbooks.AccountOptions{Brief: f.brief})
	}
	if err != nil {
		return err
	}
	return sayMissing(c, rb)
}

// sayMissing ends with exit code 1 when something essential is missing.
func sayMissing(c *cobra.Command, rb *playbooks.Runbook) error {
	missing := rb.Missing()
	for _, m := range missing {
		fmt.Fprintln(c.ErrOrStderr(), "missing: "+m)
	}
	if len(missing) > 0 {
		return errSaid
	}
	return nil
}

const whySections = "sections"

// whyOptions reads the value of --why.
func whyOptions(value string) (playbooks.ExplainOptions, error) {
	file, line, found := "", value, false
	if i := strings.LastIndexByte(value, ':'); i >= 0 {
		file, line, found = value[:i], value[i+1:], true
	}
	n, numeric := strconv.Atoi(line)
	switch {
	case value == whySections:
		return playbooks.ExplainOptions{}, nil
	case value == "parts":
		return playbooks.ExplainOptions{Parts: true}, nil
	case numeric == nil && n > 0 && (!found || file != ""):
		return playbooks.ExplainOptions{File: file, Line: n}, nil
	}
	return playbooks.ExplainOptions{}, fmt.Errorf("--why=%s is not understood; write --why, --why=parts, --why=120 for a line, or --why=FILE:120", value)
}

// explain tells what each part was taken for. What is missing is the account's business.
func explain(c *cobra.Command, path, value string) error {
	opts, err := whyOptions(value)
	if err != nil {
		return unusable{err}
	}
	rb, err := program.ReadToShow(c.Context(), path, program.ToRead(os.Getenv))
	if err != nil {
		return unusable{err}
	}
	if opts.Line > 0 && opts.File != "" && len(rb.Documents) == 1 && filepath.Base(opts.File) == filepath.Base(rb.Documents[0].Name) {
		opts.File = "" // as it was named on the command line, docs/RUNBOOK.md:120
	}
	var out bytes.Buffer
	if err := rb.Explain(&out, opts); err != nil {
		return unusable{err}
	}
	_, err = out.WriteTo(c.OutOrStdout())
	return err
}

// writePage writes the page to a file, all of it or nothing.
func writePage(c *cobra.Command, path, to string) error {
	if isMarkdown(to) {
		return unusable{fmt.Errorf("--html %s would write over a Markdown file; name the page, for instance out.html", to)}
	}
	if to == "" {
		return unusable{fmt.Errorf("--html needs the name of the page to write, for instance out.html")}
	}
	if err := mayBeWritten(to, path); err != nil {
		return unusable{err}
	}
	rb, err := program.ReadToShow(c.Context(), path, program.ToRead(os.Getenv))
	if err != nil {
		return unusable{err}
	}
	var out bytes.Buffer
	if err := page.Write(&out, rb); err != nil {
		return fmt.Errorf("draw the page: %w", err)
	}
	if to == "-" {
		if _, err := out.WriteTo(c.OutOrStdout()); err != nil {
			return err
		}
		return sayMissing(c, rb)
	}
	if err := os.WriteFile(to, out.Bytes(), 0o644); err != nil {
		return unusable{fmt.Errorf("write the page: %w", err)}
	}
	fmt.Fprintf(c.OutOrStdout(), "%s is written; open it in a browser.\n", to)
	return sayMissing(c, rb)
}

// mayBeWritten refuses a page that would take the place of the runbook, by
// whatever name or link, or that is no file: a pipe that nobody reads never ends.
func mayBeWritten(to, runbook string) error {
	target, err := os.Stat(to)
	if err != nil {
		return nil // there is nothing yet
	}
	if !target.Mode().IsRegular() {
		return fmt.Errorf("--html %s is no file; name the page, for instance out.html", to)
	}
	if real, err := filepath.EvalSymlinks(to); err == nil && isMarkdown(real) {
		return fmt.Errorf("--html %s leads to a Markdown file and would write over it; name the page, for instance out.html", to)
	}
	if source, err := os.Stat(runbook); err == nil && os.SameFile(source, target) {
		return fmt.Errorf("--html %s is the runbook itself; name the page, for instance out.html", to)
	}
	return nil
}

func isMarkdown(name string) bool {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".md", ".mdx", ".markdown", ".mdown":
		return true
	}
	return false
}

func manifestCommand() *cobra.Command {
	var name string
	c := &cobra.Command{
		Use:   "manifest",
		Short: "Print the Slack app manifest, ready to paste at api.slack.com/apps",
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := c.OutOrStdout().Write(bot.Manifest(name, program.Scopes(os.Getenv)...))
			return err
		},
	}
	c.Flags().StringVar(&name, "name", "mayday", "name of the app, at most 35 characters")
	return c
}
