package workers

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"mayday/incident"
	"mayday/methods"
	"mayday/store"
)

const (
	// mostSendings is how often a call is tried that was certainly not sent, and mostUnknown how often one of which nobody
	// knows what came of it.
	mostSendings, mostUnknown = 6, 2
	// sendAgain is the pause before it is looked at, or tried again, what came of a call; it doubles up to a minute.
	sendAgain = 2 * time.Second
	// seekFor is how long it is looked whether a call was taken, until it is made once more without knowing.
	seekFor = time.Minute
	// seekTime bounds looking for what an earlier attempt left, and sendTime an attempt; pollTime bounds a question about its answer.
	seekTime, sendTime, pollTime = 10 * time.Second, 12 * time.Second, 10 * time.Second
	// enough is how many texts and calls somebody gets within enoughWithin: in a storm of incidents the next one says nothing that the
	// ones before did not, and a telephone that rings for an hour cannot be used.
	enoughTexts, enoughCalls, enoughWithin = 10, 3, 10 * time.Minute
	// pollFor is for how long an answer is asked for.
	pollFor = 24 * time.Hour
)

// reachBy calls somebody by a contact method, once. What an earlier attempt left is looked for before another one, where
// the service can be asked; where it cannot, a call of which nobody knows is made once more.
func (w *Workers) reachBy(ctx context.Context, fx incident.ReachBy, _ try) error {
	inc, err := w.Store.Incident(ctx, fx.Ref)
	if err != nil {
		return err
	}
	_, m, a, ok := inc.Attempted(fx.Page, fx.Method)
	if !ok || !a.SentAt.IsZero() || a.Failed != "" || inc.PageAnswered(fx.Page) {
		return nil
	}
	to, service, missing := w.serviceOf(m)
	if missing != "" {
		return methodFailed(w, ctx, fx, missing)
	}
	known, err := w.Store.MethodTry(ctx, inc.ID, fx.Page, fx.Method)
	if err != nil {
		return err
	}
	msg, token := w.callOf(inc, fx.Page, fx.Method)
	doubt := ""
	switch {
	case !known.SentAt.IsZero():
		return w.methodTaken(ctx, fx, "")
	case !known.TriedAt.IsZero():
		var stands bool
		if stands, doubt, err = w.seek(ctx, fx, service, to, msg, known); err != nil || stands {
			return err
		}
	}
	if known.Tries == 0 {
		if spared, err := w.spared(ctx, fx, m); err != nil || spared {
			return err
		}
	}
	if err := w.Store.BeginMethodTry(ctx, inc.ID, fx.Page, fx.Method, m.Key, token); err != nil {
		return err
	}
	if known.Tries == 0 {
		w.Metrics.reaching(m, fx.Due, w.Store.Now())
	}
	sending, cancel := context.WithTimeout(ctx, sendTime)
	defer cancel()
	r, err := service.Send(sending, to, msg)
	w.Metrics.reached(m, err)
	return w.handedOver(ctx, fx, known, r, doubt, err)
}

// spared reports whether somebody got enough texts or calls lately, which is recorded. They hear of the others in Slack.
func (w *Workers) spared(ctx context.Context, fx incident.ReachBy, m incident.Method) (bool, error) {
	most := map[incident.MethodKind]int{incident.SMS: enoughTexts, incident.Call: enoughCalls}[m.Kind]
	if most == 0 {
		return false, nil
	}
	n, err := w.Store.SentTo(ctx, m.Key, w.Store.Now().Add(-enoughWithin))
	if err != nil || n < most {
		return false, err
	}
	return true, w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.MethodSpared(inc, fx.Page, fx.Method, fmt.Sprintf("%d others went there within ten minutes", n), now)
	})
}

// handedOver records what came of an attempt.
func (w *Workers) handedOver(ctx context.Context, fx incident.ReachBy, before store.MethodTry, r methods.Receipt, doubt string, err error) error {
	if err == nil {
		if err := w.Store.MethodTook(ctx, fx.Incident, fx.Page, fx.Method, r.ID, r.Sender); err != nil {
			return err
		}
		return w.methodTaken(ctx, fx, doubt)
	}
	pause := min(sendAgain<<min(before.Tries, 5), time.Minute)
	if methods.ClassOf(err) == methods.Unknown {
		w.Log.Info("it is not known whether a call was taken", zap.Int64("incident", fx.Incident), zap.Int("page", fx.Page), zap.Error(err))
		return notYet(pause)
	}
	if err := w.Store.MethodNotSent(ctx, fx.Incident, fx.Page, fx.Method); err != nil {
		return err
	}
	var of *methods.Error
	if errors.As(err, &of) && of.Class == methods.Unsent && before.Tries+1 < mostSendings {
		return notYet(max(pause, of.After))
	}
	return methodFailed(w, ctx, fx, err.Error())
}

// seek finds out what came of an attempt. stands: the service has it, or that cannot be known and it is not to be made
// again. Otherwise it is to be made again; doubt says in words for people when it may arrive twice.
func (w *Workers) seek(ctx context.Context, fx incident.ReachBy, s methods.Service, to incident.Destination, m methods.Message, known store.MethodTry) (stands bool, doubt string, err error) {
	unheard := "two attempts were broken off"
	if finder, can := s.(methods.Finder); can {
		others, err := w.Store.Receipts(ctx, known.TriedAt.Add(-time.Minute))
		if err != nil {
			return true, "", err
		}
		looking, cancel := context.WithTimeout(ctx, seekTime)
		defer cancel()
		r, found, err := finder.Find(looking, to, m, known.TriedAt, func(id string) bool { return slices.Contains(others, id) })
		switch {
		case found:
			if err := w.Store.MethodTook(ctx, fx.Incident, fx.Page, fx.Method, r.ID, r.Sender); err != nil {
				return true, "", err
			}
			return true, "", w.methodTaken(ctx, fx, "")
		case err == nil && known.Tries < mostSendings:
			return false, "", nil
		case methods.ClassOf(err) != methods.Refused && w.Store.Now().Sub(known.TriedAt) < seekFor:
			return true, "", notYet(sendAgain)
		case err != nil:
			unheard += ", and when it was asked: " + err.Error()
		}
	}
	if known.Tries >= mostUnknown {
		if err := w.Store.MethodTook(ctx, fx.Incident, fx.Page, fx.Method, "", ""); err != nil {
			return true, "", err
		}
		return true, "", w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
			return incident.MethodUnknown(inc, fx.Page, fx.Method, unheard, now)
		})
	}
	return false, "it may arrive twice, because the first attempt was broken off", nil
}

func (w *Workers) methodTaken(ctx context.Context, fx incident.ReachBy, doubt string) error {
	return w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.MethodSent(inc, fx.Page, fx.Method, doubt, now)
	})
}

// methodFailed says aloud that somebody was not reached by a method.
func methodFailed(w *Workers, ctx context.Context, fx incident.ReachBy, why string) error {
	return w.record(ctx, fx.Ref, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.MethodFailed(inc, fx.Page, fx.Method, why, now)
	})
}

// serviceOf is where a method leads to and who hands its messages over; missing says in words for people why there is neither.
func (w *Workers) serviceOf(m incident.Method) (to incident.Destination, s methods.Service, missing string) {
	s, ok := w.Methods.Of(m)
	if !ok {
		return "", nil, "it is not set up any more; it needs " + w.Methods.Missing(m)
	}
	if to, ok = w.directory().Addresses[m.Key]; !ok {
		return "", nil, "neither the runbook nor MAYDAY_CONTACT_METHODS names it any more"
	}
	return to, s, ""
}

// callOf is what somebody is told who is called by a method, and the hash of the token that acknowledges. Both are the
// same for each attempt.
func (w *Workers) callOf(inc incident.Incident, page, method int) (m methods.Message, hash []byte) {
	m = methods.Message{Key: fmt.Sprintf("mayday-%d-%s-%d-%d", inc.ID, inc.UID, page, method), Number: inc.ID, Severity: incident.Line(inc.Severity, 12),
		Title: incident.Line(inc.Title, incident.MaxTitle), Drill: inc.Drill, Others: w.othersCalled(inc, page)}
	if inc.Private { // a telephone shows it to whoever stands beside it
		m.Title, m.Others = "", nil
	}
	if w.PublicURL == "" || len(w.LinkKey) == 0 {
		return m, nil
	}
	sum := hmac.New(sha256.New, w.LinkKey)
	fmt.Fprintf(sum, "acknowledge\x00%d\x00%s\x00%d\x00%d", inc.ID, inc.UID, page, method)
	token := base64.RawURLEncoding.EncodeToString(sum.Sum(nil)[:16])
	m.Link = strings.TrimSuffix(w.PublicURL, "/") + "/ack/" + token
	return m, store.KeyHash(token)
}

// othersCalled names who else was called, each once.
func (w *Workers) othersCalled(inc incident.Incident, page int) (names []string) {
	inc = w.remembered(inc)
	seen := map[string]bool{}
	for i, p := range inc.Pages {
		name := inc.Names[p.Person]
		if name == "" && p.Contact >= 0 && p.Contact < len(inc.Policy.Contacts) {
			name = inc.Policy.Contacts[p.Contact].Name
			if name == "" || inc.Policy.Contacts[p.Contact].Roster != "" {
				name = inc.Policy.Contacts[p.Contact].Role
			}
		}
		same := p.Person != "" && p.Person == inc.Pages[page].Person || p.Contact >= 0 && p.Contact == inc.Pages[page].Contact
		if i == page || same || name == "" || seen[name] {
			continue
		}
		seen[name] = true
		names = append(names, incident.Line(name, 40))
	}
	return names
}

// testMessage asks for nothing.
func testMessage(m incident.Method) methods.Message {
	return methods.Message{Key: "mayday-test-" + m.Key + "-" + strings.ToLower(rand.Text()[:8]), Test: true}
}
