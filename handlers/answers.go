package handlers

import (
	"context"
	"errors"
	"net/http"
	"time"

	"go.uber.org/zap"
	"golang.org/x/time/rate"
	g "maragu.dev/gomponents"
	"maragu.dev/gomponents/components"
	h "maragu.dev/gomponents/html"

	"mayday/bot/blocks"
	"mayday/incident"
	"mayday/store"
)

// Answers takes the answers of people who were called by another method than Slack: the page behind a link, on which one press
// acknowledges, and what was pressed on a telephone. To open a page acknowledges nothing: programs open links to look at them.
//
// Whoever knows the address of a page may answer it. Its token is 128 bits that nobody can guess, of which the database keeps the
// hash; it is good for one page of one incident, while that goes on.
type Answers struct {
	Store *store.Store
	Log   *zap.Logger
	// Acknowledged, when set, is told of each acknowledgement: by which method, and when its message was sent.
	Acknowledged func(by incident.Method, sent, now time.Time)

	strangers *rate.Limiter
	mux       http.ServeMux
}

// NewAnswers makes one.
func NewAnswers(st *store.Store, log *zap.Logger, acknowledged func(incident.Method, time.Time, time.Time)) *Answers {
	a := &Answers{Store: st, Log: log, Acknowledged: acknowledged, strangers: rate.NewLimiter(strangers, strangest)}
	a.mux.HandleFunc("GET /ack/{token}", a.page)
	a.mux.HandleFunc("POST /ack/{token}", a.press)
	a.mux.HandleFunc("POST /ack/{token}/call", a.key)
	return a
}

// answerWithin is how long somebody waits at most.
const answerWithin = 5 * time.Second

// mostAnswered bounds what is read of an answer, in bytes.
const mostAnswered = 16 << 10

// ServeHTTP serves the pages.
func (a *Answers) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "no-referrer") // the address is what proves who answers
	h.Set("X-Robots-Tag", "noindex")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	r.Body = http.MaxBytesReader(w, r.Body, mostAnswered)
	ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
	defer cancel()
	a.mux.ServeHTTP(w, r.WithContext(ctx))
}

// find is the call that a token answers, with its incident; status says what is wrong where there is none.
func (a *Answers) find(r *http.Request) (c store.MethodCall, inc incident.Incident, status int) {
	token := r.PathValue("token")
	if len(token) < 16 || len(token) > 64 {
		return c, inc, http.StatusNotFound
	}
	c, err := a.Store.CallOf(r.Context(), token)
	if err == nil {
		inc, err = a.Store.Incident(r.Context(), c.Ref)
	}
	switch {
	case errors.Is(err, store.ErrNotFound):
		if !a.strangers.Allow() {
			return c, inc, http.StatusTooManyRequests
		}
		return c, inc, http.StatusNotFound
	case err != nil:
		a.Log.Warn("a page that acknowledges could not be shown", zap.Int64("incident", c.Ref.Incident), zap.Error(err))
		return c, inc, http.StatusServiceUnavailable
	}
	return c, inc, 0
}

func (a *Answers) page(w http.ResponseWriter, r *http.Request) {
	c, inc, status := a.find(r)
	if status != 0 {
		show(w, status, nothing(status))
		return
	}
	show(w, http.StatusOK, asked(inc, c))
}

func (a *Answers) press(w http.ResponseWriter, r *http.Request) {
	c, inc, status := a.find(r)
	if status != 0 {
		show(w, status, nothing(status))
		return
	}
	if status = understood(r); status != 0 {
		show(w, status, nothing(status))
		return
	}
	now, recorded, err := a.answer(r.Context(), c, r.PostFormValue("answer") == "decline")
	if err != nil {
		a.Log.Warn("an answer could not be recorded", zap.Int64("incident", inc.ID), zap.Error(err))
		show(w, http.StatusServiceUnavailable, nothing(http.StatusServiceUnavailable))
		return
	}
	if !recorded {
		show(w, http.StatusOK, late(now, c))
		return
	}
	show(w, http.StatusOK, a.told(now, c))
}

// understood reads a form; status says what is wrong with one that cannot be read, which acknowledges nothing. What is no form is
// what programs post, which only acknowledge.
func understood(r *http.Request) (status int) {
	err := r.ParseForm()
	if err == nil {
		err = r.ParseMultipartForm(mostAnswered)
	}
	var long *http.MaxBytesError
	switch {
	case err == nil, errors.Is(err, http.ErrNotMultipart):
		return 0
	case errors.As(err, &long):
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}

// answer records an answer and gives the incident as it stands. That somebody else was quicker is no error, but nothing is recorded then.
func (a *Answers) answer(ctx context.Context, c store.MethodCall, decline bool) (inc incident.Incident, recorded bool, err error) {
	done, err := a.Store.Update(ctx, c.Ref, nil, func(inc incident.Incident, now time.Time) (incident.Change, error) {
		return incident.AnsweredBy(inc, c.Page, c.Method, incident.MethodAnswer{Decline: decline, Shown: true}, now)
	})
	var refused *incident.Refusal
	if errors.As(err, &refused) {
		inc, err = a.Store.Incident(ctx, c.Ref)
		return inc, false, err
	}
	if _, by, attempt, ok := done.Incident.Attempted(c.Page, c.Method); err == nil && ok && !decline && a.Acknowledged != nil {
		a.Acknowledged(by, attempt.SentAt, a.Store.Now())
	}
	return done.Incident, err == nil, err
}

// key takes what was pressed on a telephone; 1 acknowledges. It is answered in TwiML.
// Source: https://www.twilio.com/docs/voice/twiml/gather, "Digits"
func (a *Answers) key(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	say := func(words string) { _, _ = w.Write([]byte("<Response><Say>" + words + "</Say></Response>")) } // whoever called hung up
	c, _, status := a.find(r)
	switch {
	case status == http.StatusServiceUnavailable:
		say("It could not be recorded. Please acknowledge in Slack.")
	case status != 0:
		w.WriteHeader(status)
	case r.PostFormValue("Digits") != "1":
		say("Nothing was recorded. Please acknowledge in Slack.")
	default:
		inc, _, err := a.answer(r.Context(), c, false)
		switch {
		case err != nil:
			a.Log.Warn("an answer could not be recorded", zap.Int64("incident", c.Ref.Incident), zap.Error(err))
			say("It could not be recorded. Please acknowledge in Slack.")
		case inc.Acknowledged():
			say("Acknowledged. Thank you.")
		default:
			say("This incident is over. Thank you.")
		}
	}
}

// answerPage is what a page shows.
type answerPage struct {
	Title, Says string
	Lines       []string
	// Ask shows the buttons; Help the one of somebody who comes to help.
	Ask, Help bool
}

func asked(inc incident.Incident, c store.MethodCall) answerPage {
	p := answerPage{Title: blocks.Head(inc)}
	switch {
	case !inc.Status.Live():
		p.Says = "This is over: nothing is asked any more."
	case inc.PageAnswered(c.Page):
		p.Says = "This was answered: nothing is asked any more."
	case inc.Acknowledged():
		p.Says, p.Help = "You are asked to help.", true
	default:
		p.Says, p.Ask = "You are called. Nothing is recorded until you press.", true
	}
	return p
}

// told is what somebody is shown who answered: what happened so far.
func (a *Answers) told(inc incident.Incident, c store.MethodCall) answerPage {
	who := inc.Pages[c.Page].Person
	if _, by, _, ok := inc.Attempted(c.Page, c.Method); ok && by.Person != "" {
		who = by.Person
	}
	p := answerPage{Title: blocks.Head(inc), Says: "Recorded.", Lines: blocks.SoFar(inc, who, a.Store.Now())}
	return p
}

// late is what somebody is shown whose answer was not recorded: somebody else was quicker, or they answered before.
func late(inc incident.Incident, c store.MethodCall) answerPage {
	p := asked(inc, c)
	if p.Ask || p.Help {
		p.Says = "Nothing was recorded: you answered this before."
	}
	return p
}

func nothing(status int) answerPage {
	switch status {
	case http.StatusNotFound:
		return answerPage{Title: "mayday", Says: "There is nothing to answer here: the link is wrong, or no longer good. Look in Slack."}
	case http.StatusBadRequest, http.StatusRequestEntityTooLarge:
		return answerPage{Title: "mayday", Says: "Nothing was recorded, because the answer cannot be read. Open this again, or answer in Slack."}
	case http.StatusTooManyRequests:
		return answerPage{Title: "mayday", Says: "Too many requests. Open this again in a moment, or answer in Slack."}
	}
	return answerPage{Title: "mayday", Says: "It is not known whether that was recorded. Open this again in a moment, or answer in Slack."}
}

func show(w http.ResponseWriter, status int, p answerPage) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_ = p.markup().Render(w) // whoever asked is gone
}

func (p answerPage) markup() g.Node {
	button := func(class, value, word string) g.Node {
		return h.Button(g.If(class != "", h.Class(class)), h.Name("answer"), h.Value(value), g.Text(word))
	}
	return components.HTML5(components.HTML5Props{Title: p.Title, Language: "en", Head: g.Group{h.StyleEl(g.Raw(answerStyle))}, Body: g.Group{
		h.Main(h.H1(g.Text(p.Title)), h.P(g.Text(p.Says)),
			g.Map(p.Lines, func(l string) g.Node { return h.P(g.Text(l)) }),
			g.If(p.Ask, h.Form(h.Method("post"), button("first", "acknowledge", "Acknowledge"), button("", "decline", "I can't, page next"))),
			g.If(p.Help, h.Form(h.Method("post"), button("first", "acknowledge", "On my way"))),
		),
	}})
}

const answerStyle = `body{font:18px/1.5 system-ui,sans-serif;max-width:34rem;margin:2rem auto;padding:0 1rem;color:#111;background:#fff}
button{font:inherit;padding:.8rem 1.2rem;margin:.4rem .4rem .4rem 0;border:1px solid #555;border-radius:.5rem;background:#fff;color:#111}
button.first{background:#0b5c3b;border-color:#0b5c3b;color:#fff}h1{font-size:1.3rem}`
