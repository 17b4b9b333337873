package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/diagnostics/sample"
	"mayday/store/localpg"
)

const (
	sampleDatabase = "sample"
	// sampleReader is the role with which mayday asks, made by the script that mayday check --role-script prints.
	sampleReader = "mayday_reader"
	// sampleService is the role as which the shop of the sample holds its sessions.
	sampleService = "larkfield_web"
)

// service is the sample shop as the demo runs it: its database, and sessions
// that do what sessions of a shop in trouble do.
type service struct {
	// URL of the database with the read-only role.
	URL string
	// web is its address with the role of the shop.
	web      string
	sessions []*pgx.Conn
	waits    context.CancelFunc
}

// openService fills the sample database, unless what is in it is fresh: the
// times in it are relative to when it was filled.
func openService(ctx context.Context, pg *localpg.Server) (*service, error) {
	if err := createSample(ctx, pg); err != nil {
		return nil, fmt.Errorf("make the sample database: %w", err)
	}
	conn, err := pgx.Connect(ctx, pg.AdminURL(sampleDatabase))
	if err != nil {
		return nil, fmt.Errorf("open the sample database: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx))
	fresh, err := sampleIsFresh(ctx, conn)
	if err == nil && !fresh {
		err = fillSample(ctx, conn)
	}
	if err != nil {
		return nil, err
	}
	s := &service{}
	if s.URL, err = asRole(pg.AdminURL(sampleDatabase), sampleReader); err != nil {
		return nil, err
	}
	if err := s.getIntoTrouble(ctx, pg); err != nil {
		s.Close(context.WithoutCancel(ctx))
		return nil, fmt.Errorf("open the sample's sessions: %w", err)
	}
	return s, nil
}

func createSample(ctx context.Context, pg *localpg.Server) error {
	conn, err := pgx.Connect(ctx, pg.AdminURL("postgres"))
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	var there bool
	if err := conn.QueryRow(ctx, `select exists (select from pg_database where datname = $1)`, sampleDatabase).Scan(&there); err != nil || there {
		return err
	}
	_, err = conn.Exec(ctx, "create database "+sampleDatabase)
	return err
}

func sampleIsFresh(ctx context.Context, conn *pgx.Conn) (fresh bool, err error) {
	err = conn.QueryRow(ctx, `select to_regclass('public.webhook_events') is not null and exists (select from pg_roles where rolname = $1)`, sampleService).Scan(&fresh)
	if err != nil || !fresh {
		return false, err
	}
	err = conn.QueryRow(ctx, `select coalesce(max(created_at) > now() - interval '30 minutes', false) from webhook_events`).Scan(&fresh)
	return fresh, err
}

func fillSample(ctx context.Context, conn *pgx.Conn) error {
	if err := sample.Load(ctx, conn, sampleReader); err != nil {
		return err
	}
	_, err := conn.Exec(ctx, `do $$ begin
		if not exists (select from pg_roles where rolname = 'larkfield_web') then create role larkfield_web login; end if;
		grant select, update on all tables in schema public to larkfield_web; end $$`)
	return err
}

func asRole(address, role string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", errors.New("the private Postgres has an address that is none")
	}
	u.User = url.User(role)
	return u.String(), nil
}

// getIntoTrouble opens sessions that are idle, that forgot to end a transaction,
// and one that waits for another.
func (s *service) getIntoTrouble(ctx context.Context, pg *localpg.Server) error {
	var err error
	if s.web, err = asRole(pg.AdminURL(sampleDatabase), sampleService); err != nil {
		return err
	}
	// The newest order is updated and not committed, and a worker wants it too.
	const update = `update orders set updated_at = updated_at where id = (select id from orders order by id limit 1)`
	for i, does := range []string{"select 1", "select count(*) from sessions", "select 1", "select count(*) from users", "begin; select 1", "begin; " + update} {
		conn, err := s.session(ctx, s.web, fmt.Sprintf("web-%d", i+1))
		if err != nil {
			return err
		}
		if _, err := conn.Exec(ctx, does); err != nil {
			return err
		}
	}
	waiter, err := s.session(ctx, s.web, "payments-1")
	if err != nil {
		return err
	}
	waiting, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.waits = stop
	go func() {
		// It waits until the demo ends, so there is no outcome to look at.
		_, _ = waiter.Exec(waiting, update)
	}()
	return nil
}

// sellAgain is what customers do once checkout works: those whose payment failed
// within the hour pay. It is for show, so what goes wrong with it is left at that.
func (s *service) sellAgain(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, s.web)
	if err != nil {
		return
	}
	defer conn.Close(context.WithoutCancel(ctx))
	_, _ = conn.Exec(ctx, `with paid as (
		update payments set status = 'succeeded', failure_code = null, created_at = now()
		where failure_code = 'processing_error' and created_at > now() - interval '1 hour' and order_id <> (select min(id) from orders)
		returning order_id)
		update orders set status = 'paid', updated_at = now() where id in (select order_id from paid)`)
}

func (s *service) session(ctx context.Context, address, application string) (*pgx.Conn, error) {
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		return nil, errors.New("the private Postgres has an address that is none")
	}
	cfg.RuntimeParams["application_name"] = application
	cfg.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	s.sessions = append(s.sessions, conn)
	return conn, nil
}

// Close ends the sessions. The one that waits is cut off first, because a
// connection is not to be used by two at once.
func (s *service) Close(ctx context.Context) {
	if s.waits != nil {
		s.waits()
		s.sessions, s.waits = s.sessions[:len(s.sessions)-1], nil
	}
	for _, c := range s.sessions {
		_ = c.Close(ctx) // the server ends right after, and they with it
	}
	s.sessions = nil
}
