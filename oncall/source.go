package oncall

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path"
	"strings"
)

// Source is a calendar that says who is on call.
type Source struct {
	// Key names it without telling its address, which is often a secret.
	Key string
	// Address over HTTP. It is never shown or logged.
	Address Address
}

// Address prints as nothing that helps anybody.
type Address string

// String hides it.
func (Address) String() string { return "[redacted]" }

// GoString hides it.
func (Address) GoString() string { return "[redacted]" }

// Reveal is the address itself, to ask.
func (a Address) Reveal() string { return string(a) }

// Calendar recognises the address of a calendar: one of webcal, or one over HTTP whose path ends in .ics or has a part
// "ical" or "ics". False for anything else, a page that shows a schedule among it.
func Calendar(address string) (Source, bool) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" {
		return Source{}, false
	}
	feed := strings.EqualFold(path.Ext(u.Path), ".ics")
	for _, part := range strings.Split(strings.ToLower(u.Path), "/") {
		feed = feed || part == "ical" || part == "ics"
	}
	switch strings.ToLower(u.Scheme) {
	case "webcal", "webcals":
		u.Scheme, feed = "https", true
	case "http", "https":
	default:
		return Source{}, false
	}
	if !feed {
		return Source{}, false
	}
	sum := sha256.Sum256([]byte(u.String()))
	return Source{Key: hex.EncodeToString(sum[:6]), Address: Address(u.String())}, true
}
