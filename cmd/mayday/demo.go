package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/spf13/cobra"

	"mayday/bot"
	"mayday/cmd/mayday/program"
	"mayday/probes"
	githubsim "mayday/sim/github"
	"mayday/sim/page"
	slacksim "mayday/sim/slack"
	pagesim "mayday/sim/statuspage"
	"mayday/store/localpg"
)

// demo is what the demo can be told.
type demo struct {
	addr, dir string
	speed     float64
	noBrowser bool
	// database and diagnosed are the addresses of mayday's own database and of the one it diagnoses.
	database, diagnosed string
	// server is the private Postgres, and service the sample shop's database in it; nil where the person has a database of their own.
	server  *localpg.Server
	service *service
}

func demoCommand() *cobra.Command {
	var d demo
	c := &cobra.Command{
		Use:   "demo",
		Short: "Try it: a simulated Slack workspace in the browser with the real bot in it",
		Long: "Try it: a simulated Slack workspace in the browser with the real bot in it. No account and no token is needed.\n" +
			"Incidents are kept and found again at the next start.",
		RunE: func(c *cobra.Command, _ []string) error { return d.run(c) },
	}
	c.Flags().Float64Var(&d.speed, "speed", 1, "run the runbook's clocks so many times faster")
	c.Flags().StringVar(&d.addr, "addr", "", "address of the page; default 127.0.0.1:8765, or a free port when that is taken")
	c.Flags().StringVar(&d.dir, "dir", "", "where the demo keeps its data; default the user's state directory")
	c.Flags().BoolVar(&d.noBrowser, "no-browser", false, "do not open a browser")
	return c
}

const demoTeam = "Larkfield"

// demoShortcuts are those of the app's manifest.
var demoShortcuts = []slacksim.AppShortcut{
	{CallbackID: bot.DeclareIncident, Name: "Declare incident"},
	{CallbackID: bot.DeclareFromMessage, Name: "Declare from message", Message: true},
	{CallbackID: bot.AddToTimeline, Name: "Add to timeline", Message: true},
}

// demoUsers are the people of the workspace: those whom the embedded runbook
// names as contacts, and two more.
func demoUsers() []slacksim.User {
	return []slacksim.User{
		{Name: "ana", RealName: "Ana Ruiz", Email: "ana@example.com", Title: "On-call engineer", Admin: true},
		{Name: "ben", RealName: "Ben Okafor", Email: "ben@example.com", Title: "DevOps lead"},
		{Name: "chidi", RealName: "Chidi Eze", Email: "chidi@example.com", Title: "CTO"},
		{Name: "mia", RealName: "Mia Lindqvist", Email: "mia@example.com", Title: "Support"},
		{Name: "raj", RealName: "Raj Patel", Email: "raj@example.com", Title: "Frontend"},
	}
}

func (d demo) run(c *cobra.Command) error {
	if d.speed < 1 || d.speed > 1000 {
		return unusable{errors.New("--speed is a number from 1 to 1000")}
	}
	dir, err := d.directory()
	if err != nil {
		return err
	}
	for {
		again, err := d.play(c, dir)
		if !again || err != nil {
			return err
		}
	}
}

// play runs the demo until it is stopped or, again, reset: then nothing is left of it but the private Postgres's programs and roles.
func (d *demo) play(c *cobra.Command, dir string) (again bool, err error) {
	kept := filepath.Join(dir, "workspace")
	clock := &calendar{}
	sim, err := slacksim.New(slacksim.Options{Users: demoUsers(), Shortcuts: demoShortcuts, Team: demoTeam, Channels: []string{"general", "incidents", demoAlertChannel}, Dir: kept})
	if err != nil {
		return false, fmt.Errorf("open the simulated workspace: %w", err)
	}
	github, err := githubsim.New(githubsim.Options{Dir: kept, Clock: clock.Now})
	if err != nil {
		return false, fmt.Errorf("open the simulated GitHub: %w", err)
	}
	board, err := pagesim.New(pagesim.Options{Name: demoTeam, Dir: kept})
	if err != nil {
		return false, fmt.Errorf("open the simulated status page: %w", err)
	}
	shop := newShop()
	playing, stopPlaying := context.WithCancelCause(c.Context())
	defer stopPlaying(nil)
	panel := &panel{sim: sim, shop: shop, speed: d.speed, reset: func() { stopPlaying(errReset) }}
	front := page.New(sim, github, page.Options{Title: "mayday demo", Sites: shop, ReadOnlyDirect: bot.MessagesReadOnly,
		Besides: map[string]func(string) http.Handler{"/status": board.Serve}, Controls: panel.controls(os.Getenv("DATABASE_URL") == "")})
	if err := d.listen(front); err != nil {
		return false, err
	}
	// The page outlives the bot, so that its last messages are saved with the workspace.
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		defer cancel()
		if err := errors.Join(front.Close(ctx), board.Close(ctx)); err != nil {
			fmt.Fprintln(c.ErrOrStderr(), "mayday: the workspace was not closed cleanly: "+err.Error())
		}
		if again {
			err = errors.Join(err, os.RemoveAll(kept))
		}
	}()
	stop, err := d.databases(c.Context(), filepath.Join(dir, "postgres"), func(s string) { fmt.Fprintln(c.ErrOrStderr(), "mayday: "+s) })
	if err != nil {
		return false, err
	}
	defer stop()
	if d.service != nil {
		shop.onMended(func() { d.service.sellAgain(c.Context()) })
	}
	cfg, problems := program.FromEnv(func(name string) string { return d.environment(name, sim, github, board) }, true)
	if len(problems) > 0 {
		return false, unusable{errors.New(problems[0].String())}
	}
	// A person's own runbook may name telephones that are real.
	cfg.SlackOnly = true
	if d.server != nil && cfg.Runbook == "" { // what happened before is of the embedded runbook's shop
		err := makeHistory(playing, clock, cfg, sim, github)
		switch {
		case errors.Is(err, errHalfMade):
			stopPlaying(err)
		case err != nil && playing.Err() == nil: // otherwise it was interrupted
			return false, err
		}
	}
	err = program.Run(playing, cfg, program.Options{
		Log: logger(cfg), Speed: d.speed, Morning: true, Prober: probes.New(cfg.ProbePrivate).Answered(front.Addr()),
		Ready: func(p *program.Program) {
			panel.ready(p)
			fmt.Fprintf(c.OutOrStdout(), "mayday demo: open %s (Ctrl-C stops it)\n", front.URL())
			if !d.noBrowser {
				openBrowser(front.URL())
			}
		},
	})
	asked := errors.Is(context.Cause(playing), errReset)
	d.noBrowser = d.noBrowser || asked // the page that asked is open
	if again = (asked || errors.Is(context.Cause(playing), errHalfMade)) && c.Context().Err() == nil; again && err == nil {
		err = d.empty(c.Context())
	}
	return again, err
}

// databases starts a private Postgres that holds mayday's own database and the
// sample shop's; with a DATABASE_URL of the person's own they are theirs too.
func (d *demo) databases(ctx context.Context, dir string, say func(string)) (stop func(), err error) {
	if d.database = os.Getenv("DATABASE_URL"); d.database != "" {
		d.diagnosed = os.Getenv("DIAGNOSTICS_DATABASE_URL")
		return func() {}, nil
	}
	pg, err := localpg.Start(ctx, localpg.Options{Dir: dir, Log: say})
	if errors.Is(err, localpg.ErrRunning) {
		return nil, unusable{fmt.Errorf("another demo keeps its data in %s; stop it first, or choose another place with --dir", dir)}
	}
	if err != nil {
		return nil, fmt.Errorf("start a private Postgres, because DATABASE_URL is not set: %w", err)
	}
	stopServer := func() {
		if err := pg.Stop(context.WithoutCancel(ctx)); err != nil {
			say("the private Postgres was not stopped cleanly: " + err.Error())
		}
	}
	s, err := openService(ctx, pg)
	if err != nil {
		stopServer()
		return nil, err
	}
	d.database, d.diagnosed, d.server, d.service = pg.URL(), s.URL, pg, s
	return func() { s.Close(context.WithoutCancel(ctx)); stopServer() }, nil
}

// empty drops both databases of the private Postgres; the next start makes them anew.
func (d *demo) empty(ctx context.Context) error {
	d.service.Close(ctx)
	conn, err := pgx.Connect(ctx, d.server.AdminURL("postgres"))
	if err != nil {
		return fmt.Errorf("empty the demo's database: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	for _, statement := range []string{"drop database if exists " + sampleDatabase + " with (force)", "drop database mayday with (force)", "create database mayday"} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("empty the demo's database: %w", err)
		}
	}
	return nil
}

func (d demo) directory() (string, error) {
	if d.dir != "" {
		return filepath.Abs(d.dir)
	}
	dir, err := localpg.DefaultDir()
	return filepath.Join(dir, "demo"), err
}

// listen takes the usual port, so that a bookmark stays good, or any other, and stays with it when the demo is reset.
func (d *demo) listen(front *page.Page) error {
	defer func() { d.addr = front.Addr() }()
	if d.addr != "" {
		if err := front.Start(d.addr); err != nil {
			return unusable{fmt.Errorf("--addr: %w", err)}
		}
		return nil
	}
	if l, err := net.Listen("tcp", "127.0.0.1:8765"); err == nil {
		if err := l.Close(); err == nil && front.Start("127.0.0.1:8765") == nil {
			return nil
		}
	}
	return front.Start("127.0.0.1:0")
}

// environment points every setting at the simulated workspace. What a person
// may want to try with their own, the runbook say, is still theirs.
func (d *demo) environment(name string, sim *slacksim.Sim, github *githubsim.Sim, board *pagesim.Sim) string {
	switch name {
	case "SLACK_BOT_TOKEN":
		return sim.BotToken()
	case "SLACK_APP_TOKEN":
		return sim.AppToken()
	case "SLACK_API_URL":
		return sim.APIURL()
	case "GITHUB_REPOSITORY":
		return github.Repository()
	case "GITHUB_TOKEN":
		return github.Token()
	case "GITHUB_API_URL":
		return github.URL()
	case "MAYDAY_STATUSPAGE_KIND":
		return "statuspage"
	case "MAYDAY_STATUSPAGE_URL":
		return board.API("statuspage")
	case "MAYDAY_STATUSPAGE_PAGE":
		return board.Page()
	case "MAYDAY_STATUSPAGE_TOKEN":
		return board.Token()
	case "MAYDAY_HTTP_ADDR":
		return "127.0.0.1:0"
	case "MAYDAY_ALERT_CHANNELS": // the first is where alerts are offered that no app posted
		return "incidents," + demoAlertChannel
	case "DATABASE_URL":
		return d.database
	case "DIAGNOSTICS_DATABASE_URL":
		return d.diagnosed
	case "MAYDAY_RUNBOOK", "MAYDAY_TIMEZONE", "MAYDAY_BUSINESS_HOURS", "MAYDAY_SQL_USERS", "MAYDAY_SQL_FUNCTIONS", "MAYDAY_MASK_COLUMNS", "MAYDAY_PROBES", "MAYDAY_PROBE_PRIVATE", "MAYDAY_ROUNDS", "MAYDAY_DIGEST", "MAYDAY_HOLIDAYS":
		return os.Getenv(name)
	case "MAYDAY_LOG_LEVEL":
		if v := os.Getenv(name); v != "" {
			return v
		}
		return "warn"
	}
	return ""
}

// openBrowser tries; the address is printed anyway.
func openBrowser(url string) {
	var cmd *exec.Cmd
	switch {
	case runtime.GOOS == "darwin":
		cmd = exec.Command("open", url)
	case os.Getenv("DISPLAY") != "" || os.Getenv("WAYLAND_DISPLAY") != "":
		cmd = exec.Command("xdg-open", url)
	default:
		return
	}
	if err := cmd.Start(); err == nil {
		go func() { _ = cmd.Wait() }()
	}
}
