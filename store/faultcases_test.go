package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/oncall"
	"mayday/routine"
	"mayday/store/storetest"
)

// furnished is when the stores of faulty begin: a day after t0, when a round has begun.
var furnished = t0.Add(24 * time.Hour)

// furnish puts one of everything into a database: an incident with a channel, an offer, a checklist with a round, and so on.
func furnish(t testing.TB, url string) {
	t.Helper()
	clock := storetest.NewClock(t0)
	s, err := Open(t.Context(), Config{URL: url, Clock: clock})
	require.NoError(t, err)
	defer s.Close()
	ctx := t.Context()
	planned(t, s, "morning")
	clock.Set(furnished)
	_, err = s.fireRoutines(ctx)
	require.NoError(t, err)
	inc := declare(t, s)
	_, err = s.Update(ctx, inc.Ref(), nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.ChannelOpened(inc, "C1", "inc-1", now)
	})
	require.NoError(t, err)
	receive(t, s, "cron", "firing a")
	hear(t, s)
	_, _, err = s.OfferShown(ctx, 1)
	require.NoError(t, err)
	receive(t, s, "cron", "firing b", "changed c")
	_, err = s.SaveMute(ctx, nil, incident.Mute{Source: "cron", By: ana, Until: furnished.Add(time.Hour)})
	require.NoError(t, err)
	require.NoError(t, s.Greet(ctx, []routine.NewcomerChange{routine.Greet(ana, []routine.Need{{Text: "a key"}}, false, furnished)}))
	require.NoError(t, s.AddSource(ctx, Source{Name: "sentry", Way: incident.ToOffer}, "first", ""))
	_, err = s.AskShiftHandover(ctx, nil, shift("UANA"))
	require.NoError(t, err)
	_, err = s.BeginOutage(ctx, furnished.Add(-time.Hour))
	require.NoError(t, err)
	require.NoError(t, s.AgeRunbook(ctx, "2026-02-01"))
	for _, sql := range []string{
		fmt.Sprintf(`update mayday.timer set attempt = %d where clock = 'update'`, MostFailures-1),
		`update mayday.timer set aside_at = now() where clock = 'respond'`,
		`update river.river_job set state = 'retryable', scheduled_at = now() + interval '1 hour' where kind = 'show'`,
	} {
		_, err = s.pool.Exec(ctx, sql)
		require.NoError(t, err)
	}
	require.NoError(t, s.SaveFact(ctx, noClockFact, furnished.Format(time.RFC3339Nano)))
}

func shift(by string) oncall.Handover {
	return oncall.Handover{By: by, To: "UBEN", Turns: []oncall.Turn{{Roster: "primary", Role: "On-call", Until: furnished.Add(time.Hour)}}}
}

// changes are ways to change what furnish made, each as one transaction.
func changes() map[string]func(context.Context, *Store) error {
	first := incident.Ref{Incident: 1}
	keys := []string{"a", "b"}
	morning := routine.Ref{Routine: "morning"}
	handover := func(ctx context.Context, s *Store) (id string, err error) {
		err = s.pool.QueryRow(ctx, `select id from mayday.handover`).Scan(&id)
		return id, err
	}
	return map[string]func(context.Context, *Store) error{
		"declare": func(ctx context.Context, s *Store) error {
			_, err := s.Declare(ctx, keys, declaration("b"))
			return err
		},
		"update": func(ctx context.Context, s *Store) error {
			_, err := s.Update(ctx, first, keys, func(inc incident.Incident, now time.Time) (incident.Change, error) {
				return incident.Cancel(inc, ana, "no", now)
			})
			return err
		},
		"save evidence": func(ctx context.Context, s *Store) error {
			return s.SaveEvidence(ctx, first, 7, []Evidence{{Name: "db/room", At: furnished, Answer: json.RawMessage(`1`)}}, ran("x"))
		},
		"save superseding": func(ctx context.Context, s *Store) error {
			return s.SaveSuperseding(ctx, Shown{Channel: "C1", TS: "2.2"}, incident.Supersede{Ref: first, Surface: "card", Channel: "C1", TS: "1.1"})
		},
		"set aside job": func(ctx context.Context, s *Store) error {
			return s.SetAsideJob(ctx, 7, first, "speak", errors.New("x"))
		},
		"postpone for the last time": func(ctx context.Context, s *Store) error {
			clock := s.clock.(*storetest.Clock)
			clock.Set(furnished.Add(3 * time.Hour))
			return s.postpone(ctx, 1, incident.ClockUpdate, errors.New("x"))
		},
		"fire alone": func(ctx context.Context, s *Store) error {
			s.clock.(*storetest.Clock).Set(furnished.Add(2 * time.Hour))
			_, err := s.fireAlone(ctx, 1, incident.ClockUpdate)
			return err
		},
		"fire a timer that comes too early": func(ctx context.Context, s *Store) error {
			_, err := s.fireAlone(ctx, 1, incident.ClockRespond)
			return err
		},
		"fire together": func(ctx context.Context, s *Store) error {
			s.clock.(*storetest.Clock).Set(furnished.Add(2 * time.Hour))
			_, _, err := s.fireBatch(ctx, 7)
			return err
		},
		"fire routines": func(ctx context.Context, s *Store) error {
			s.clock.(*storetest.Clock).Set(furnished.Add(24 * time.Hour))
			_, err := s.fireRoutines(ctx)
			return err
		},
		"declare offer": func(ctx context.Context, s *Store) error {
			_, _, err := s.DeclareOffer(ctx, keys, 1, func(o incident.Offer, ref incident.Ref, now time.Time) (incident.Offer, incident.Change, error) {
				if o.Incident != (incident.Ref{}) {
					return o, incident.Change{}, errors.New("given before")
				}
				return incident.DeclareFrom(o, ref, incident.Declaration{Policy: policy(), By: ana}, now)
			})
			return err
		},
		"attach offer": func(ctx context.Context, s *Store) error {
			_, _, err := s.AttachOffer(ctx, keys, 1, first, func(inc incident.Incident, o incident.Offer, now time.Time) (incident.Change, incident.Offer, error) {
				c, err := incident.Attach(inc, o, ana, now)
				return c, o.AttachedTo(inc.Ref(), ana, now), err
			})
			return err
		},
		"mute offer": func(ctx context.Context, s *Store) error {
			_, err := s.UpdateOffer(ctx, keys, 1, func(o incident.Offer, now time.Time) (incident.Offer, error) {
				return incident.MuteOffer(o, ana, time.Hour, now)
			})
			return err
		},
		"redraw offers": func(ctx context.Context, s *Store) error { return s.RedrawOffers(ctx) },
		"mute": func(ctx context.Context, s *Store) error {
			_, err := s.SaveMute(ctx, keys, incident.Mute{Source: "ci", By: ana, Until: furnished.Add(time.Hour)})
			return err
		},
		"unmute": func(ctx context.Context, s *Store) error {
			_, err := s.SaveMute(ctx, keys, incident.Mute{ID: 1, Source: "cron", By: ana, Until: furnished.Add(time.Hour), EndedAt: furnished})
			return err
		},
		"end outage": func(ctx context.Context, s *Store) error {
			_, _, err := s.EndOutage(ctx, 1)
			return err
		},
		"hear": func(ctx context.Context, s *Store) error {
			_, err := s.Hear(ctx, plainly())
			return err
		},
		"receive": func(ctx context.Context, s *Store) error {
			return s.inbox.commit(ctx, []waiting{{post: Received{Source: "cron", Path: "in", Delivery: "d", Body: []byte("firing c")}}})
		},
		"plan routine": func(ctx context.Context, s *Store) error {
			return s.PlanRoutine(ctx, "evening", func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
				list := &routine.Checklist{Slug: "evening", Name: "e", Cadence: routine.Cadence{Every: routine.Daily}, Items: []routine.Item{{Text: "look"}}}
				return routine.Plan(r, round, routine.Planning{Checklist: list, Calendar: routine.Calendar{Hour: 9 * time.Hour}}, now)
			})
		},
		"update routine": func(ctx context.Context, s *Store) error {
			_, err := s.UpdateRoutine(ctx, morning, keys, func(r routine.Routine, round routine.Round, now time.Time) (routine.Change, error) {
				return routine.MarkDone(r, round, ana, 1, now)
			})
			return err
		},
		"update digest": func(ctx context.Context, s *Store) error {
			_, err := s.UpdateDigest(ctx, keys, func(d routine.Digest, now time.Time) (routine.DigestChange, error) {
				return routine.PlanDigest(d, routine.DigestPlanning{On: true, Calendar: routine.Calendar{Hour: 9 * time.Hour}}, now)
			})
			return err
		},
		"ask": func(ctx context.Context, s *Store) error {
			return s.Ask(ctx, keys, routine.CheckRunbook{Month: "2026-03-01"})
		},
		"greet": func(ctx context.Context, s *Store) error {
			return s.Greet(ctx, []routine.NewcomerChange{routine.Greet(ben, []routine.Need{{Text: "a key"}}, false, furnished)})
		},
		"update newcomer": func(ctx context.Context, s *Store) error {
			_, err := s.UpdateNewcomer(ctx, ana, keys, func(n routine.Newcomer, now time.Time) routine.NewcomerChange {
				return routine.TickNeeds(n, 0, 10, []int{0}, "D1", "1.1", now)
			})
			return err
		},
		"update tester": func(ctx context.Context, s *Store) error {
			_, err := s.UpdateTester(ctx, ana, keys, routine.AskTestPage)
			return err
		},
		"ask shift handover": func(ctx context.Context, s *Store) error {
			_, err := s.AskShiftHandover(ctx, keys, shift("UANA"))
			return err
		},
		"update shift handover": func(ctx context.Context, s *Store) error {
			id, err := handover(ctx, s)
			if err != nil {
				return err
			}
			_, err = s.UpdateShiftHandover(ctx, id, keys, func(h oncall.Handover, now time.Time) (oncall.HandoverChange, error) {
				return oncall.AnswerHandover(h, "UBEN", oncall.Accepted, now)
			})
			return err
		},
		"add source": func(ctx context.Context, s *Store) error {
			return s.AddSource(ctx, Source{Name: "ci", Way: incident.ToLog}, "k", "")
		},
		"rotate source": func(ctx context.Context, s *Store) error { return s.RotateSource(ctx, "sentry", "third", "") },
		"lend key": func(ctx context.Context, s *Store) error {
			_, err := s.LendKey(ctx, "sentry", time.Minute)
			return err
		},
		"ask survey": func(ctx context.Context, s *Store) error { return s.AskSurvey(ctx) },
		"look around": func(ctx context.Context, s *Store) error {
			_, err := s.LookAround(ctx, 3)
			return err
		},
		"age runbook": func(ctx context.Context, s *Store) error { return s.AgeRunbook(ctx, "2026-03-01") },
		"wake":        func(ctx context.Context, s *Store) error { return s.Wake(ctx, 0) },
	}
}
