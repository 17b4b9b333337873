package program

import (
	"errors"
	"fmt"
	"net/url"

	"mayday/bot"
	"mayday/incident"
	"mayday/statuspage"
)

// statusPage reads where customers are told. Nothing of it is set: they are told elsewhere.
func (r *reader) statusPage() statuspage.Config {
	c := statuspage.Config{Page: r.value("MAYDAY_STATUSPAGE_PAGE", ""), Token: bot.Secret(r.value("MAYDAY_STATUSPAGE_TOKEN", "")), URL: r.address("MAYDAY_STATUSPAGE_URL")}
	kind := r.value("MAYDAY_STATUSPAGE_KIND", "")
	if c.Page == "" && c.Token == "" && c.URL == "" && kind == "" {
		return c
	}
	c.Kind = statuspage.KindOf(c.URL)
	if kind != "" || c.Kind == "" {
		c.Kind = statuspage.Kind(r.oneOf("MAYDAY_STATUSPAGE_KIND", "", string(statuspage.Atlassian), string(statuspage.Instatus), string(statuspage.Cachet)))
	}
	u, err := url.Parse(c.URL)
	switch {
	case c.Kind == "" && kind == "":
		r.bad("MAYDAY_STATUSPAGE_KIND", "is not set, and the address does not tell which product the page is of", string(statuspage.Atlassian))
	case c.Kind == statuspage.Cachet && c.URL == "":
		r.bad("MAYDAY_STATUSPAGE_URL", "is not set; it is the address of the Cachet page", "https://status.example.com")
	case err == nil && u.Scheme == "http" && !thisMachine(u.Hostname()):
		r.bad("MAYDAY_STATUSPAGE_URL", "is not HTTPS: whoever reads it on the way can write to your customers", "https://status.example.com")
	}
	if c.Page == "" && c.Kind != "" && c.Kind != statuspage.Cachet {
		r.bad("MAYDAY_STATUSPAGE_PAGE", "is not set; it is the id of the page", "kctbh9vrtdwd")
	}
	if c.Token == "" {
		r.bad("MAYDAY_STATUSPAGE_TOKEN", "is not set; it is a key that may write incidents there", "")
	}
	return c
}

// openStatusPage makes the page; nil without one.
func openStatusPage(c statuspage.Config) (statuspage.Page, error) {
	if c.Kind == "" {
		return nil, nil
	}
	p, err := statuspage.New(c)
	if err != nil {
		return nil, fmt.Errorf("open the status page: %w", err)
	}
	return p, nil
}

// statusPage tries the key with requests that change nothing.
func (k *checker) statusPage() {
	const subject = "status page"
	if k.c.StatusPage.Kind == "" {
		k.say(Warned, subject, "MAYDAY_STATUSPAGE_KIND is not set: to tell customers, the form gives a text to copy",
			"to have it published where customers read, set MAYDAY_STATUSPAGE_KIND, _PAGE and _TOKEN; docs/customers.md")
		return
	}
	p, err := openStatusPage(k.c.StatusPage)
	if err != nil {
		return // the settings' own problems are printed already
	}
	ctx, cancel := k.limit()
	defer cancel()
	about, err := p.About(ctx)
	var components []incident.Component
	if err == nil {
		components, err = p.Components(ctx)
	}
	var e *statuspage.Error
	switch {
	case errors.As(err, &e):
		k.say(Failed, subject, e.What, e.Next)
	case err != nil:
		k.say(Failed, subject, Redact(err, k.c.StatusPage.Token), "")
	default:
		k.say(OK, subject, fmt.Sprintf("%s can be read, with %d components", about.Name, len(components)), "")
	}
}
