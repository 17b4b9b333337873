// Package statuspage writes to the page on which customers read how the service is: Atlassian Statuspage, Instatus or Cachet.
//
// Rule of the room: it decides nothing and keeps nothing. What is to be said was seen by a person, and whether it was said
// already is read from the page. None of the three has a key that keeps a request from being carried out twice, so each
// leaves a mark by which the incident, and each text, is found again before anything is tried a second time.
package statuspage

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"mayday/bot"
	"mayday/incident"
)

// Kind is the product behind a page.
type Kind string

// The kinds.
const (
	Atlassian Kind = "statuspage"
	Instatus  Kind = "instatus"
	// Cachet is version 3 of it, whose incidents have metadata; version 2 has no place for a mark.
	Cachet Kind = "cachet"
)

// Kinds lists them.
var Kinds = []Kind{Atlassian, Instatus, Cachet}

// Addresses of the interfaces of the two products that have one address for all
// (https://developer.statuspage.io, https://instatus.com/help/api).
var addresses = map[Kind]string{Atlassian: "https://api.statuspage.io/v1", Instatus: "https://api.instatus.com"}

// KindOf recognises the product by its address; "" where that does not tell.
func KindOf(address string) Kind {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	for kind, known := range addresses {
		if k, err := url.Parse(known); err == nil && strings.EqualFold(u.Hostname(), k.Hostname()) {
			return kind
		}
	}
	return ""
}

// Config is what a page needs.
type Config struct {
	Kind Kind
	// URL of the interface; empty for the product's own. Cachet has none of its own: there it is the page's address.
	URL string
	// Page is the page's id; Cachet has one page and needs none.
	Page  string
	Token bot.Secret
	// Client sends the requests. Default one that waits ten seconds and follows no redirect, so that the token goes nowhere else.
	Client *http.Client
}

// About is what the page says of itself.
type About struct {
	// Name of the page, and its address for people; each empty where the product does not say.
	Name, URL string
}

// Incident is one on the page.
type Incident struct {
	ID   string
	Name string
	// URL is its address for people; empty where the product gives none.
	URL    string
	Status incident.PublicStatus
	// Texts are what stands below it, the newest first.
	Texts []Text
}

// Text is one that customers read below an incident.
type Text struct {
	ID     string
	Status incident.PublicStatus
	Text   string
}

// Mark is what an incident on the page is found again by.
type Mark struct {
	// UID of our incident.
	UID string
	// Title that it was to have, and Began, which stands there as its beginning: Instatus has no place for more.
	Title string
	Began time.Time
}

// Page is one status page. Every error is an *Error. All methods are safe for concurrent use; they keep the pace that the
// product asks for, and wait for their turn as long as ctx lasts.
type Page interface {
	// About reads what the page is called, with the rights that publishing needs as far as reading can show. It changes nothing.
	About(ctx context.Context) (About, error)
	// Components lists those that can be affected, groups of them left out.
	Components(ctx context.Context) ([]incident.Component, error)
	// Unresolved lists the incidents that the page shows as going on, the newest first. They need not have Texts.
	Unresolved(ctx context.Context) ([]Incident, error)
	// Find looks for the incident that carries a mark.
	Find(ctx context.Context, m Mark) (Incident, bool, error)
	// Get reads an incident. The error has the class Missing when somebody deleted it.
	Get(ctx context.Context, id string) (Incident, error)
	// Create makes the incident with its first text. It never looks whether it is there.
	Create(ctx context.Context, m Mark, n incident.Notice) (Incident, error)
	// Update adds a text. It never looks whether it is there.
	Update(ctx context.Context, id string, n incident.Notice) (Incident, error)
}

// New makes the page that a configuration describes; it sends nothing. The error says which part is missing.
func New(c Config) (Page, error) {
	if c.URL == "" {
		c.URL = addresses[c.Kind]
	}
	c.URL = strings.TrimRight(c.URL, "/")
	if c.Client == nil {
		c.Client = &http.Client{Timeout: callTime, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	switch {
	case c.URL == "":
		return nil, fmt.Errorf("the address of the status page is missing")
	case c.Token == "":
		return nil, fmt.Errorf("the key of the status page is missing")
	case c.Page == "" && c.Kind != Cachet:
		return nil, fmt.Errorf("the id of the status page is missing")
	}
	w := &wire{base: c.URL, http: c.Client, token: c.Token, pace: &pace{every: paceEvery, burst: paceBurst}}
	switch c.Kind {
	case Atlassian:
		w.name, w.authorization = "Statuspage", "OAuth "
		return &atlassian{w, c.Page}, nil
	case Instatus:
		w.name, w.authorization = "Instatus", "Bearer "
		return &instatus{w, c.Page}, nil
	case Cachet:
		w.name, w.authorization = "Cachet", "Bearer "
		return &cachet{w}, nil
	}
	return nil, fmt.Errorf("there is no kind of status page %q", c.Kind)
}
