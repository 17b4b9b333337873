package slack

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// replyURL is a response_url: five uses in half an hour.
type replyURL struct {
	user    string
	channel string
	message string // timestamp of the message that was pressed; "" for a command
	expires time.Time
	uses    int
}

func (s *Sim) newReply(user, channel, message string) string {
	id := strings.ReplaceAll(uuid(), "-", "")
	s.replies[id] = &replyURL{user: user, channel: channel, message: message, expires: time.Now().Add(s.o.ReplyLife)}
	return s.base + "/response/" + id
}

func (s *Sim) serveResponse(w http.ResponseWriter, r *http.Request) {
	a := args{}
	call := Call{At: s.o.Clock(), Method: "response_url", Args: a}
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	if err != nil || r.Method != http.MethodPost {
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	fault := s.mischief.Take("response_url")
	if fault != nil && !fault.Admits() && fault.Spoil(w, r, nil, front) {
		call.Error = "fault: " + fault.String()
		s.Note(call)
		return
	}
	if err := a.decode(body); err != nil {
		err = fail("invalid_payload")
		s.reply(w, call, s.denial(w, err, "response_url"))
		return
	}
	s.strange("response_url", a)
	s.mu.Lock()
	err = s.respondTo(strings.TrimPrefix(r.URL.Path, "/response/"), a)
	s.mu.Unlock()
	if fault != nil && fault.Admits() {
		call.Error = "fault: " + fault.String()
		s.Note(call)
		if fault.Spoil(w, r, object{"ok": true}, front) {
			return
		}
	}
	if err != nil {
		answer := s.denial(w, err, "response_url")
		if code := answer["error"]; code == "expired_url" || code == "used_url" {
			answer["status"] = http.StatusNotFound
		}
		s.reply(w, call, answer)
		return
	}
	s.reply(w, call, object{"ok": true})
}

func (s *Sim) respondTo(id string, a args) error {
	u, ok := s.replies[id]
	switch {
	case !ok || time.Now().After(u.expires):
		return fail("expired_url")
	case u.uses >= maxResponseUses:
		return fail("used_url")
	}
	c := s.byID(u.channel)
	if noise(a["metadata"]) {
		delete(a, "metadata")
	}
	m, err := s.content(a, maxMessageText)
	if err != nil {
		return err
	}
	old := c.shown(u.message, u.user)
	if (a.yes("delete_original") || a.yes("replace_original")) && old != nil && old.User != botUser {
		old = nil // only the app's own message can be replaced
	}
	switch {
	case a.yes("delete_original"):
		if old == nil {
			return fail("message_not_found")
		}
		s.remove(c, old)
	case m.Text == "" && m.Blocks == nil && m.Attachments == nil:
		return fail("no_text")
	case a.yes("replace_original") && old != nil:
		s.rewrite(c, old, m, a)
	default:
		if a["response_type"] != "in_channel" {
			m.Ephemeral, m.To = true, u.user
		}
		if err := s.thread(c, m, a); err != nil {
			return err
		}
		s.post(c, m)
	}
	u.uses++
	return nil
}

// noise recognises the empty metadata that client libraries send along.
func noise(raw string) bool {
	var meta struct {
		Type string `json:"event_type"`
	}
	return json.Unmarshal([]byte(raw), &meta) != nil || meta.Type == ""
}
