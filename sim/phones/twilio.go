package phones

import (
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"mayday/lazyregexp"
	"mayday/sim/wire"
)

var e164 = lazyregexp.New(`^\+[1-9]\d{1,14}$`)

const twilioPath = "/twilio/2010-04-01/Accounts/{account}"

// twilio serves texts and calls.
// Source: https://www.twilio.com/docs/messaging/api/message-resource, https://www.twilio.com/docs/voice/api/call-resource
func (s *Sim) twilio(mux *http.ServeMux) {
	mux.HandleFunc("GET "+twilioPath, s.proven(func(w http.ResponseWriter, r *http.Request) { // {account}.json
		s.serve(w, r, "GET Account", nil, func() answer {
			return answer{200, wire.Object{"sid": Account, "status": "active", "type": "Full", "friendly_name": "acme"}}
		})
	}))
	mux.HandleFunc("POST "+twilioPath+"/Messages.json", s.proven(s.sendText))
	mux.HandleFunc("GET "+twilioPath+"/Messages.json", s.proven(func(w http.ResponseWriter, r *http.Request) { s.listed(w, r, "sms", "messages") }))
	mux.HandleFunc("GET "+twilioPath+"/Messages/{sid}", s.proven(func(w http.ResponseWriter, r *http.Request) { s.one(w, r, "sms") }))
	mux.HandleFunc("POST "+twilioPath+"/Calls.json", s.proven(s.call))
	mux.HandleFunc("GET "+twilioPath+"/Calls.json", s.proven(func(w http.ResponseWriter, r *http.Request) { s.listed(w, r, "call", "calls") }))
	mux.HandleFunc("GET "+twilioPath+"/Calls/{sid}", s.proven(func(w http.ResponseWriter, r *http.Request) { s.one(w, r, "call") }))
}

// refusal is an error as Twilio words it.
func refusal(status, code int, message string) answer {
	return answer{status, wire.Object{"code": code, "message": message, "more_info": "https://www.twilio.com/docs/errors/" + strconv.Itoa(code), "status": status}}
}

func (s *Sim) proven(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		user, password, ok := r.BasicAuth()
		if !ok || user != Account || password != AuthToken {
			a := refusal(401, 20003, "Authenticate")
			wire.Answer(w, a.status, a.body)
			return
		}
		if strings.TrimSuffix(r.PathValue("account"), ".json") != Account {
			a := refusal(404, 20404, "The requested resource was not found")
			wire.Answer(w, a.status, a.body)
			return
		}
		next(w, r)
	}
}

// refuse keeps what Twilio would refuse and answers it.
func (s *Sim) refuse(status, code int, message string) answer {
	s.Violate("Twilio: %d %s", code, message)
	return refusal(status, code, message)
}

func (s *Sim) sendText(w http.ResponseWriter, r *http.Request) {
	f := s.values(r, "Twilio", "To From MessagingServiceSid Body")
	s.serve(w, r, "POST Messages", f, func() answer {
		switch {
		case !e164.MatchString(f["To"]):
			return s.refuse(400, 21211, "Invalid 'To' Phone Number")
		case f["From"] == "" && f["MessagingServiceSid"] == "":
			return s.refuse(400, 21603, "A 'From' phone number is required")
		case f["From"] != "" && f["From"] != Number:
			return s.refuse(400, 21606, "The 'From' phone number is not a valid, message-capable Twilio phone number")
		case f["Body"] == "":
			return s.refuse(400, 21602, "Message body is required")
		case utf8.RuneCountInString(f["Body"]) > 1600:
			return s.refuse(400, 21617, "The concatenated message body exceeds the 1600 character limit")
		case utf8.RuneCountInString(f["Body"]) > 160:
			s.Violate("a text of more than one segment: %d characters", utf8.RuneCountInString(f["Body"]))
		}
		t := &Taken{Service: "sms", To: f["To"], from: Number, Text: f["Body"], status: "queued"}
		if s.o.Delivered {
			t.status = "delivered"
		}
		return answer{201, resource(s.add(t))}
	})
}

// words are what TwiML says; its verbs are those that mayday may use.
func words(twiml string) (said, action string, err error) {
	d := xml.NewDecoder(strings.NewReader(twiml))
	var open []string
	for {
		tok, err := d.Token()
		if errors.Is(err, io.EOF) {
			return said, action, nil
		}
		if err != nil {
			return "", "", err
		}
		switch t := tok.(type) {
		case xml.StartElement:
			if len(open) == 0 != (t.Name.Local == "Response") || !slices.Contains([]string{"Response", "Gather", "Say"}, t.Name.Local) {
				return "", "", errors.New("unexpected <" + t.Name.Local + ">")
			}
			open = append(open, t.Name.Local)
			for _, a := range t.Attr {
				if a.Name.Local == "action" {
					action = a.Value
				}
			}
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			said += string(t) + " "
		}
	}
}

func (s *Sim) call(w http.ResponseWriter, r *http.Request) {
	f := s.values(r, "Twilio", "To From Twiml Timeout")
	s.serve(w, r, "POST Calls", f, func() answer {
		said, action, err := words(f["Twiml"])
		seconds, bad := strconv.Atoi(f["Timeout"])
		switch {
		case !e164.MatchString(f["To"]):
			return s.refuse(400, 21211, "Invalid 'To' Phone Number")
		case f["From"] != Number:
			return s.refuse(400, 21210, "'From' phone number not verified")
		case f["Twiml"] == "" || len(f["Twiml"]) > 4000 || err != nil:
			return s.refuse(400, 21205, "Invalid TwiML")
		case bad != nil || seconds < 5 || seconds > 600:
			return s.refuse(400, 21217, "Timeout is no number of seconds")
		}
		t := &Taken{Service: "call", To: f["To"], from: Number, Text: strings.TrimSpace(said), Link: action, status: "queued"}
		if s.o.Delivered {
			t.status = "completed"
		}
		return answer{201, resource(s.add(t))}
	})
}

func resource(t *Taken) wire.Object {
	direction := "outbound-api"
	if t.inbound {
		direction = "inbound"
	}
	return wire.Object{"sid": t.ID, "account_sid": Account, "to": t.To, "from": t.from, "body": t.Text, "status": t.status, "direction": direction,
		"error_code": code(t.code), "error_message": nil, "date_created": t.At.Format(time.RFC1123Z), "date_sent": t.At.Format(time.RFC1123Z)}
}

// code is null without an error.
func code(n int) any {
	if n == 0 {
		return nil
	}
	return n
}

func (s *Sim) listed(w http.ResponseWriter, r *http.Request, service, name string) {
	f := s.values(r, "Twilio", "To From PageSize")
	s.serve(w, r, "GET "+name, f, func() answer {
		list := []wire.Object{}
		most, err := strconv.Atoi(f["PageSize"])
		if err != nil || most < 1 || most > 1000 {
			return s.refuse(400, 20001, "PageSize is no number from 1 to 1000")
		}
		for i := len(s.taken) - 1; i >= 0 && len(list) < most; i-- {
			t := s.taken[i]
			if t.Service == service && (f["To"] == "" || t.To == f["To"]) && (f["From"] == "" || t.from == f["From"]) {
				list = append(list, resource(t))
			}
		}
		return answer{200, wire.Object{name: list, "page": 0, "page_size": most, "next_page_uri": nil}}
	})
}

func (s *Sim) one(w http.ResponseWriter, r *http.Request, service string) {
	sid := strings.TrimSuffix(r.PathValue("sid"), ".json")
	s.serve(w, r, "GET "+service, map[string]string{"sid": sid}, func() answer {
		for _, t := range s.taken {
			if t.Service == service && t.ID == sid {
				return answer{200, resource(t)}
			}
		}
		return refusal(404, 20404, "The requested resource was not found")
	})
}
