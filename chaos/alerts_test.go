package chaos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/stretchr/testify/require"

	"mayday/incident"
)

// What senders post about. Of the first people are asked, the second is declared without asking.
const (
	offeredKind, declaredKind = "disk-full", "certificate-expired"
	// keysOfKind is how many different alerts there are of each kind.
	keysOfKind = 6
)

// senders post alerts to whichever replica serves, as monitors behind a balancer do, and know what they were answered.
// Half of them name their deliveries and send each until it is taken; the others send once and never again.
type senders struct {
	h   *house
	key string

	mu sync.Mutex
	// by the key of the alert.
	tallies map[string]*tally
	codes   map[int]int
}

// tally is how often an alert was posted: taken by the count of 202, unsure where it may have been taken without that
// its sender heard of it.
type tally struct{ taken, unsure int }

// newSenders lets a source in. No replica has to run.
func (h *house) newSenders() *senders {
	return &senders{h: h, key: h.source("monitors"), tallies: map[string]*tally{}, codes: map[int]int{}}
}

// source lets a sender of alerts in by the command for it, and gives its key.
func (h *house) source(name string) string {
	h.t.Helper()
	path, err := binary()
	require.NoError(h.t, err)
	c := exec.Command(path, "source", "add", name)
	c.Env = h.env
	out, err := c.CombinedOutput()
	require.NoError(h.t, err, string(out))
	key := keyInSource.FindSubmatch(out)
	require.NotNil(h.t, key, string(out))
	return string(key[1])
}

var keyInSource = regexp.MustCompile(`routing_key ([0-9a-f]{32})`)

// run posts until ctx is done: sender number i, with the choices of r.
func (s *senders) run(ctx context.Context, i int, r *rand.Rand) {
	names := i%2 == 0
	for n := 0; ctx.Err() == nil; n++ {
		kind := []string{offeredKind, declaredKind}[r.IntN(2)]
		which := r.IntN(keysOfKind) / 2 * 2 // those with an even number count what was posted, to the last one
		if names {
			s.untilTaken(fmt.Sprintf("%s-%d", kind, which), "firing", fmt.Sprintf("sender-%d-%d", i, n), r)
		} else {
			s.once(fmt.Sprintf("%s-%d", kind, which+1), "firing", r)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Duration(50+r.IntN(500)) * time.Millisecond):
		}
	}
}

// end says of each alert of the kind that people are asked about that it is over.
func (s *senders) end(r *rand.Rand) {
	for i := range keysOfKind {
		key := fmt.Sprintf("%s-%d", offeredKind, i)
		s.untilTaken(key, "resolved", "end-of-"+key, r)
	}
}

// untilTaken sends a delivery that has a name until it is taken, which counts once however often it was sent.
func (s *senders) untilTaken(key, state, delivery string, r *rand.Rand) {
	for end := time.Now().Add(5 * time.Minute); ; time.Sleep(100 * time.Millisecond) {
		if s.post(key, state, delivery, r) == http.StatusAccepted {
			s.count(key, state, http.StatusAccepted)
			return
		}
		if time.Now().After(end) {
			s.h.t.Errorf("%s was not taken within five minutes", delivery)
			return
		}
	}
}

// once sends without a name. Where no answer came, nobody knows.
func (s *senders) once(key, state string, r *rand.Rand) {
	s.count(key, state, s.post(key, state, "", r))
}

// notSent and unheard stand for an answer: nobody was reached, or it did not come.
const notSent, unheard = 0, -1

// post gives the answer's code, or one of notSent and unheard.
func (s *senders) post(key, state, delivery string, r *rand.Rand) (code int) {
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.codes[code]++
	}()
	address := s.h.replicas[r.IntN(len(s.h.replicas))].serves.Load()
	if address == nil {
		return notSent
	}
	patience := 6 * time.Second
	if r.IntN(10) == 0 {
		patience = 5 * time.Millisecond // many a sender hangs up
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	kind := key[:strings.LastIndexByte(key, '-')]
	body := fmt.Sprintf(`{"title": "%s is not well", "dedup": %q, "status": %q, "labels": {"mayday_scenario": %q}}`, key, key, state, kind)
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, *address+"/in/monitors", strings.NewReader(body))
	if err != nil {
		s.h.t.Error(err)
		return notSent
	}
	req.Header.Set("Authorization", "Bearer "+s.key)
	if delivery != "" {
		req.Header.Set("webhook-id", delivery)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		var dial *net.OpError
		if errors.As(err, &dial) && dial.Op == "dial" {
			return notSent
		}
		return unheard
	}
	_, _ = io.Copy(io.Discard, resp.Body) // the code says it
	_ = resp.Body.Close()
	if resp.StatusCode != http.StatusAccepted && resp.StatusCode != http.StatusServiceUnavailable {
		s.h.t.Errorf("an alert was answered %s", resp.Status)
	}
	return resp.StatusCode
}

// count adds an answer to the tally of an alert. 503 says that it may be sent again, not that it was not taken.
func (s *senders) count(key, state string, code int) {
	if state != "firing" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t := s.tallies[key]
	if t == nil {
		t = &tally{}
		s.tallies[key] = t
	}
	switch code {
	case http.StatusAccepted:
		t.taken++
	case http.StatusServiceUnavailable, unheard:
		t.unsure++
	}
}

// heard waits until all that was taken is understood.
func (s *senders) heard() {
	s.h.t.Helper()
	require.Eventually(s.h.t, func() bool {
		return query[int](s.h, `select count(*)::int from mayday.received where heard_at is null`)[0] == 0
	}, patience, 100*time.Millisecond, "what was taken is not understood")
}

// judge looks at every alert and every message about alerts: what was taken is counted, nothing else is, there is one offer
// for each kind with one message, and what is to be declared was declared once.
func (s *senders) judge() {
	h := s.h
	h.t.Helper()
	require.Empty(h.t, query[string](h, `select problem from mayday.received where problem <> ''`))
	h.t.Logf("alerts were answered %v (%d: nobody was reached, %d: no answer came)", s.codes, notSent, unheard)
	counted := map[string]int{}
	for _, sig := range query[incident.Signal](h, `select doc from mayday.signal order by source, key`) {
		t := s.tallies[sig.Key]
		require.NotNil(h.t, t, "%q was never posted", sig.Key)
		if sig.Count < t.taken || sig.Count > t.taken+t.unsure {
			h.t.Errorf("%s was taken %d times, of %d more nobody knows, and it counts %d", sig.Key, t.taken, t.unsure, sig.Count)
		}
		kind := sig.Key[:strings.LastIndexByte(sig.Key, '-')]
		counted[kind] += sig.Count
		if sig.Open != (kind == declaredKind) {
			h.t.Errorf("%s fires: %t", sig.Key, sig.Open)
		}
	}
	for key, t := range s.tallies {
		if t.taken > 0 && len(query[string](h, `select key from mayday.signal where key = $1`, key)) == 0 {
			h.t.Errorf("%s was taken %d times, and is not known", key, t.taken)
		}
	}
	keyed := h.messages()
	for _, o := range query[incident.Offer](h, `select doc from mayday.offer order by id`) {
		kind := strings.TrimPrefix(o.Group, "scenario/")
		want, ok := counted[kind]
		if !ok {
			h.t.Errorf("offer %d is a second one of %s, or one of nothing that was posted", o.ID, o.Group)
			continue
		}
		delete(counted, kind)
		if o.Count != want {
			h.t.Errorf("offer %d (%s) counts %d of %d", o.ID, o.Group, o.Count, want)
		}
		s.shown(o, len(keyed[fmt.Sprintf("offer/%d", o.ID)]))
	}
	require.Empty(h.t, counted, "these were never offered")
	require.Equal(h.t, 1, s.declared(), "certificates were declared")
}

// shown holds that an offer has one message. One that could not be edited for a while, as administrators may have it, is
// posted anew, and where the old one may not be deleted either it stays.
func (s *senders) shown(o incident.Offer, messages int) {
	most := 1 + s.h.meddled.restricted
	if o.State != incident.Ended && o.State != incident.Declared {
		s.h.t.Errorf("offer %d (%s) is %s", o.ID, o.Group, o.State)
	}
	if o.State == incident.Declared {
		return // declared before anybody could be asked: it need not have one
	}
	if messages < 1 || messages > most {
		s.h.t.Errorf("offer %d (%s) has %d messages, at most %d were to be", o.ID, o.Group, messages, most)
	}
	at := query[string](s.h, `select channel || '/' || ts from mayday.offer where id = $1`, o.ID)[0]
	channel, ts, _ := strings.Cut(at, "/")
	for _, m := range s.h.sim.Messages(channel) {
		if m.TS == ts && !strings.Contains(string(m.Blocks), "Alert, quiet") {
			s.h.t.Errorf("the message of offer %d does not say that it is over: %s", o.ID, m.Blocks)
		}
	}
}

// declared is how many incidents were declared because of an alert.
func (s *senders) declared() int {
	return query[int](s.h, `select count(*)::int from mayday.incident where title like $1`, declaredKind+"%")[0]
}
