package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"mayday/cmd/mayday/program"
	"mayday/incident"
	"mayday/store"
)

// trialKey is how long the key of a trial is good, and trialShown how long its alert fires.
const (
	trialKey   = time.Minute
	trialShown = 3 * time.Second
)

func sourceCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "source",
		Short: "Let senders of alerts in: add, rotate, list, remove, test",
		Long: "Let senders of alerts in. Each has a name and a secret of its own; mayday takes alerts at MAYDAY_HTTP_ADDR once there is one.\n" +
			"docs/alerts.md says for each sender what to paste where.",
		Example: "  mayday source add prometheus          make a key for Alertmanager\n" +
			"  mayday source add sentry --signed     Sentry signs with its client secret, which is read from standard input\n" +
			"  mayday source rotate prometheus       make a new key; the old one is good for another day\n" +
			"  mayday source test prometheus         send a sample through the real endpoint, and say what to paste",
	}
	c.AddCommand(sourceAdd(), sourceRotate(), sourceList(), sourceRemove(), sourceTest())
	return c
}

// withStore opens mayday's own database for a command.
func withStore(c *cobra.Command, do func(ctx context.Context, cfg program.Config, st *store.Store) error) error {
	cfg, err := withDatabase("sources are kept")
	if err != nil {
		return err
	}
	st, err := store.Open(c.Context(), store.Config{URL: cfg.DatabaseURL.Reveal()})
	if err != nil {
		return errors.New("the database cannot be opened: " + program.Redact(err, cfg.DatabaseURL))
	}
	defer st.Close()
	return do(c.Context(), cfg, st)
}

// withDatabase reads the settings of a command that needs mayday's own database, in which what it is about is kept.
func withDatabase(kept string) (program.Config, error) {
	cfg, err := settings(false)
	if err == nil && cfg.DatabaseURL == "" {
		err = unusable{errors.New("DATABASE_URL is not set; " + kept + " in mayday's own database, so set it as mayday run has it")}
	}
	return cfg, err
}

func oneName(c *cobra.Command, args []string) error {
	if len(args) != 1 {
		return unusable{fmt.Errorf("%s takes the name of one source, such as %s sentry", c.CommandPath(), c.CommandPath())}
	}
	return nil
}

// secretFor makes a key, or with signed takes the sender's secret from standard input; an empty line makes one.
func secretFor(c *cobra.Command, signed bool) (key string, signing store.SigningSecret, err error) {
	if !signed {
		return store.NewKey(), "", nil
	}
	fmt.Fprintln(c.ErrOrStderr(), "Paste the secret that the sender signs with (Sentry: the client secret of the integration), or an empty line to have one made:")
	line, err := bufio.NewReader(c.InOrStdin()).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", "", err
	}
	if line = strings.TrimSpace(line); line != "" {
		return "", store.SigningSecret(line), nil
	}
	return "", store.NewSigningSecret(), nil
}

func sourceAdd() *cobra.Command {
	var signed, log bool
	var beat time.Duration
	c := &cobra.Command{
		Use: "add NAME", Short: "Let a sender in, and print its secret once", Args: oneName,
		RunE: func(c *cobra.Command, args []string) error {
			return withStore(c, func(ctx context.Context, cfg program.Config, st *store.Store) error {
				key, signing, err := secretFor(c, signed)
				if err != nil {
					return err
				}
				src := store.Source{Name: args[0], Way: incident.ToOffer, BeatEvery: beat}
				if log {
					src.Way = incident.ToLog
				}
				if err := st.AddSource(ctx, src, key, signing); err != nil {
					if errors.Is(err, store.ErrSourceName) || errors.Is(err, store.ErrSourceThere) {
						return unusable{err}
					}
					return err
				}
				sayPaste(c.OutOrStdout(), cfg, args[0], key, signing)
				return nil
			})
		},
	}
	c.Flags().BoolVar(&signed, "signed", false, "the sender signs its posts (Sentry, Grafana, Standard Webhooks); its secret is read from standard input")
	c.Flags().BoolVar(&log, "log", false, "only record its alerts, and offer none")
	c.Flags().DurationVar(&beat, "heartbeat", 0, "it is missed, which is an alert, when it stays away from its heartbeat address for so long, such as 10m")
	return c
}

func sourceRotate() *cobra.Command {
	var signed bool
	c := &cobra.Command{
		Use: "rotate NAME", Short: "Make a new secret; the one before is good for another day", Args: oneName,
		RunE: func(c *cobra.Command, args []string) error {
			return withStore(c, func(ctx context.Context, cfg program.Config, st *store.Store) error {
				key, signing, err := secretFor(c, signed)
				if err != nil {
					return err
				}
				if err := st.RotateSource(ctx, args[0], key, signing); err != nil {
					return noSource(args[0], err)
				}
				sayPaste(c.OutOrStdout(), cfg, args[0], key, signing)
				return nil
			})
		},
	}
	c.Flags().BoolVar(&signed, "signed", false, "the new secret is one that the sender signs with; it is read from standard input")
	return c
}

func noSource(name string, err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return unusable{fmt.Errorf("there is no source %q; mayday source list shows those that there are", name)}
	}
	return err
}

func sourceList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List the senders", Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			return withStore(c, func(ctx context.Context, _ program.Config, st *store.Store) error {
				list, err := st.Sources(ctx)
				if err != nil {
					return err
				}
				if len(list) == 0 {
					fmt.Fprintln(c.OutOrStdout(), "No source yet; mayday source add NAME makes one. Until then no alert is taken.")
					return nil
				}
				w := tabwriter.NewWriter(c.OutOrStdout(), 0, 4, 2, ' ', 0)
				fmt.Fprintln(w, "NAME\tALERTS ARE\tPROVES ITSELF BY\tHEARTBEAT")
				for _, s := range list {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", s.Name, map[incident.Way]string{incident.ToOffer: "offered", incident.ToLog: "recorded"}[s.Way], proofs(s), beats(s))
				}
				return w.Flush()
			})
		},
	}
}

func proofs(s store.Source) string {
	var list []string
	for _, x := range s.Secrets {
		what := "a key of " + x.MadeAt.Format(time.DateOnly)
		if x.Signing != "" {
			what = "a signature, secret of " + x.MadeAt.Format(time.DateOnly)
		}
		if !x.EndsAt.IsZero() {
			what += " until " + x.EndsAt.Format("2006-01-02 15:04 UTC")
		}
		list = append(list, what)
	}
	return strings.Join(list, ", ")
}

func beats(s store.Source) string {
	switch {
	case s.BeatEvery == 0:
		return "–"
	case s.BeatAt.IsZero():
		return "every " + s.BeatEvery.String() + ", not heard yet"
	}
	return "every " + s.BeatEvery.String() + ", last " + s.BeatAt.Format("2006-01-02 15:04:05 UTC")
}

func sourceRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove NAME", Short: "Shut a sender out; what it posted stays", Args: oneName,
		RunE: func(c *cobra.Command, args []string) error {
			return withStore(c, func(ctx context.Context, _ program.Config, st *store.Store) error {
				if err := st.RemoveSource(ctx, args[0]); err != nil {
					return noSource(args[0], err)
				}
				fmt.Fprintf(c.OutOrStdout(), "%s is shut out, within five seconds.\n", args[0])
				return nil
			})
		},
	}
}

// sayPaste prints what to paste into the sender. The secret is shown this once.
func sayPaste(out io.Writer, cfg program.Config, name, key string, signing store.SigningSecret) {
	base := baseURL(cfg)
	fmt.Fprintf(out, "Address:              %s/in/%s\n", base, name)
	if signing != "" {
		fmt.Fprintf(out, "Signing secret:       %s\n", signing.Reveal())
		fmt.Fprintln(out, "The sender signs each post with it. The secret is kept, because it is needed to check that.")
		return
	}
	fmt.Fprintf(out, "Header:               Authorization: Bearer %s\n", key)
	fmt.Fprintf(out, "Without headers:      %s/in/%s?key=%s\n", base, name, key)
	fmt.Fprintf(out, "As PagerDuty:         %s/v2/enqueue with routing_key %s\n", base, key)
	fmt.Fprintln(out, "The key is shown this once; only its hash is kept. docs/alerts.md says for each sender what to paste where.")
}

// baseURL is where people and senders reach MAYDAY_HTTP_ADDR, as far as the settings say.
func baseURL(cfg program.Config) string {
	if cfg.PublicURL != "" {
		return strings.TrimSuffix(cfg.PublicURL, "/")
	}
	return localURL(cfg)
}

// localURL is MAYDAY_HTTP_ADDR from this machine.
func localURL(cfg program.Config) string {
	host, port, err := net.SplitHostPort(cfg.HTTPAddr)
	if err != nil {
		return "http://" + cfg.HTTPAddr
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return "http://" + net.JoinHostPort(host, port)
}

const trialAlert = `{"title": "Trial of mayday source test: nothing is wrong", "dedup": "mayday-source-test-%d", "action": %q, "severity": "info", "details": "Somebody tries out whether alerts of this source arrive."}`

func sourceTest() *cobra.Command {
	var address string
	c := &cobra.Command{
		Use: "test NAME", Short: "Send a sample alert and its end through the real endpoint", Args: oneName,
		RunE: func(c *cobra.Command, args []string) error {
			return withStore(c, func(ctx context.Context, cfg program.Config, st *store.Store) error {
				if address == "" {
					address = localURL(cfg)
				}
				key, err := st.LendKey(ctx, args[0], trialKey)
				if err != nil {
					return noSource(args[0], err)
				}
				at := time.Now().Unix()
				for _, action := range []string{"trigger", "close"} {
					if err := postTrial(ctx, address+"/in/"+args[0], key, fmt.Sprintf(trialAlert, at, action)); err != nil {
						return err
					}
					if action == "trigger" {
						store.SystemClock{}.Wait(ctx, time.Now().Add(trialShown), nil) // people are to see it before it is over
					}
				}
				fmt.Fprintf(c.OutOrStdout(), "%s took a sample alert and its end; both are committed. The alert channel shows it as quiet, unless the source is muted.\n", address)
				fmt.Fprintf(c.OutOrStdout(), "What to paste into the sender: the address %s/in/%s with the secret that mayday source add or rotate printed.\n", baseURL(cfg), args[0])
				return nil
			})
		},
	}
	c.Flags().StringVar(&address, "to", "", "where mayday is reached; default MAYDAY_HTTP_ADDR on this machine")
	return c
}

func postTrial(ctx context.Context, address, key, body string) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader([]byte(body)))
	if err != nil {
		return unusable{errors.New("--to is no web address")}
	}
	r.Header.Set("Authorization", "Bearer "+key)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return fmt.Errorf("%s does not answer; is mayday run up, and is --to its address? %w", address, errors.Unwrap(err))
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(io.LimitReader(resp.Body, 4<<10)) // it is only shown
	if resp.StatusCode != http.StatusAccepted {
		return fmt.Errorf("%s answered %s: %s", address, resp.Status, incident.Line(string(said), 300))
	}
	return nil
}
