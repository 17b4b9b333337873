package phones

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mayday/lazyregexp"
	"mayday/sim/wire"
)

var userKey = lazyregexp.New(`^[A-Za-z0-9]{30}$`)

// pushover serves messages and their receipts.
// Source: https://pushover.net/api, https://pushover.net/api/receipts
func (s *Sim) pushover(mux *http.ServeMux) {
	mux.HandleFunc("POST /pushover/1/messages.json", s.push)
	mux.HandleFunc("POST /pushover/1/users/validate.json", func(w http.ResponseWriter, r *http.Request) {
		f := s.values(r, "Pushover", "token user")
		s.serve(w, r, "POST users/validate", f, func() answer {
			if f["token"] != PushoverToken {
				return invalid("token", "application token is invalid")
			}
			if !userKey.MatchString(f["user"]) || strings.HasPrefix(f["user"], "x") {
				return invalid("user", "user key is invalid")
			}
			return answer{200, wire.Object{"status": 1, "group": 0, "devices": []string{"phone"}, "request": "q"}}
		})
	})
	mux.HandleFunc("GET /pushover/1/receipts/{receipt}", s.receipt)
	mux.HandleFunc("POST /pushover/1/receipts/cancel_by_tag/{tag}", s.cancelByTag)
	mux.HandleFunc("POST /pushover/1/receipts/{receipt}/{act}", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("act") != "cancel.json" {
			http.NotFound(w, r)
			return
		}
		f := s.values(r, "Pushover", "token")
		s.serve(w, r, "POST receipts/cancel", f, func() answer {
			t := s.pushed(r.PathValue("receipt"))
			if t == nil || f["token"] != PushoverToken {
				return invalid("receipt", "receipt not found; may be invalid or expired")
			}
			t.ended = true
			return answer{200, wire.Object{"status": 1, "request": "q"}}
		})
	})
}

func invalid(field, why string) answer {
	return answer{400, wire.Object{field: "invalid", "errors": []string{why}, "status": 0, "request": "q"}}
}

func (s *Sim) push(w http.ResponseWriter, r *http.Request) {
	f := s.values(r, "Pushover", "token user title message priority retry expire url url_title tags")
	s.serve(w, r, "POST messages", f, func() answer {
		wrong := func(field, why string) answer {
			s.Violate("Pushover: %s", why)
			return invalid(field, why)
		}
		retry, noRetry := strconv.Atoi(f["retry"])
		expire, noExpire := strconv.Atoi(f["expire"])
		emergency := f["priority"] == "2"
		switch {
		case f["token"] != PushoverToken:
			return invalid("token", "application token is invalid")
		case !userKey.MatchString(f["user"]):
			return wrong("user", "user identifier is not a valid user, group, or subscribed user key")
		case f["message"] == "":
			return wrong("message", "message cannot be blank")
		case utf8.RuneCountInString(f["message"]) > 1024, utf8.RuneCountInString(f["title"]) > 250, len(f["url"]) > 512, len(f["url_title"]) > 100:
			return wrong("message", "message is too long")
		case emergency && (noRetry != nil || retry < 30):
			return wrong("retry", "retry must be supplied with priority=2, and be at least 30 seconds")
		case emergency && (noExpire != nil || expire > 10800 || expire < 1):
			return wrong("expire", "expire must be supplied with priority=2, and be at most 10800 seconds")
		}
		t := s.add(&Taken{Service: "pushover", To: f["user"], Text: strings.TrimSpace(f["title"] + "\n" + f["message"]), Link: f["url"], fields: f})
		body := wire.Object{"status": 1, "request": "q"}
		if emergency {
			body["receipt"] = t.ID
		}
		return answer{200, body}
	})
}

// pushed is a message by its receipt. Under the lock.
func (s *Sim) pushed(id string) *Taken {
	for _, t := range s.taken {
		if t.Service == "pushover" && t.ID == id {
			return t
		}
	}
	return nil
}

// cancelByTag ends the sounding of all messages that were sent with a tag, also of none.
func (s *Sim) cancelByTag(w http.ResponseWriter, r *http.Request) {
	f, tag := s.values(r, "Pushover", "token"), strings.TrimSuffix(r.PathValue("tag"), ".json")
	s.serve(w, r, "POST receipts/cancel_by_tag", f, func() answer {
		if f["token"] != PushoverToken {
			return invalid("token", "application token is invalid")
		}
		n := 0
		for _, t := range s.taken {
			if t.Service == "pushover" && t.fields["priority"] == "2" && slices.Contains(strings.Split(t.fields["tags"], ","), tag) {
				t.ended = true
				n++
			}
		}
		return answer{200, wire.Object{"status": 1, "canceled": n, "request": "q"}}
	})
}

// pollEvery is how often a receipt may be asked for.
const pollEvery = 5 * time.Second

func (s *Sim) receipt(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimSuffix(r.PathValue("receipt"), ".json")
	f := s.values(r, "Pushover", "token")
	s.serve(w, r, "GET receipts", map[string]string{"receipt": id}, func() answer {
		t := s.pushed(id)
		if t == nil || f["token"] != PushoverToken {
			return invalid("receipt", "receipt not found; may be invalid or expired")
		}
		if last := s.polls[id]; !s.o.Delivered && time.Since(last) < pollEvery {
			s.Violate("Pushover: a receipt was asked for twice in %s", time.Since(last))
		}
		s.polls[id] = time.Now()
		body := wire.Object{"status": 1, "acknowledged": 0, "acknowledged_at": 0, "acknowledged_by": "", "last_delivered_at": t.At.Unix(), "expired": 0, "request": "q"}
		if !t.acked.IsZero() {
			body["acknowledged"], body["acknowledged_at"], body["acknowledged_by"] = 1, t.acked.Unix(), t.To
		}
		return answer{200, body}
	})
}
