package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"mayday/sim/wire"
)

// args are the arguments of a call. Values that came as JSON objects or arrays are kept as JSON text, as a form would carry them.
type args map[string]string

func (a args) yes(key string) bool { v := a[key]; return v == "true" || v == "1" }

// raw returns a JSON argument; nil when it is absent, null or an empty string.
func (a args) raw(key string) json.RawMessage {
	v := strings.TrimSpace(a[key])
	if v == "" || v == "null" {
		return nil
	}
	return json.RawMessage(v)
}

// limit reads a page size.
func (a args) limit() (int, error) {
	if a["limit"] == "" || a["limit"] == "0" {
		return defaultPageLimit, nil
	}
	n, err := strconv.Atoi(a["limit"])
	if err != nil || n < 1 || n > maxPageLimit+1 {
		return 0, fail("invalid_limit")
	}
	return min(n, maxPageLimit), nil
}

// apiError is an answer with ok:false.
type apiError struct {
	code  string
	extra object
}

func (e *apiError) Error() string { return e.code }

func fail(code string) error { return &apiError{code: code} }

// refuse is a block error as Slack words it.
func refuse(code string, problems []string) error {
	if len(problems) == 0 {
		return fail(code)
	}
	var tagged []string
	for _, p := range problems {
		tagged = append(tagged, "[ERROR] "+p)
	}
	return &apiError{code, object{"errors": problems, "response_metadata": object{"messages": tagged}}}
}

// method is one Web API method. Scopes are separated by spaces; any one is enough (the sort of channel may narrow it later).
type method struct {
	tier   int // calls a minute; 0 means special
	scopes string
	json   bool
	app    bool // wants the app-level token
	run    func(s *Sim, a args) (object, error)
}

// formErrors are answers that a correct program never gets: each is also a violation.
var formErrors = []string{
	"unknown_method", "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "invalid_attachments", "invalid_arguments", "no_text", "msg_too_long",
	"invalid_metadata_format", "invalid_metadata_schema", "metadata_too_large", "missing_argument", "not_authed", "invalid_name_specials", "invalid_name_maxlength",
	"invalid_name_required", "invalid_name_punctuation", "invalid_name", "too_long", "view_too_large", "too_many_attachments", "invalid_link", "bad_timestamp",
	"no_item_specified", "markdown_text_conflict", "invalid_json", "invalid_form_data", "invalid_post_type", "insecure_request", "missing_args", "invalid_ts_oldest",
	"invalid_ts_latest", "invalid_limit", "invalid_cursor", "invalid_types", "push_limit_reached", "no_user", "users_list_not_supplied", "time_in_past", "invalid_time",
}

func (s *Sim) serveAPI(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/api/")
	m, known := methods[name]
	a, token, err := readCall(r, !known || m.json)
	call := Call{At: s.o.Clock(), Method: name, Args: a}
	s.strange(name, a)
	if s.o.Latency > 0 {
		wire.Sleep(r.Context().Done(), s.o.Latency)
	}
	fault := s.mischief.Take(name)
	var answer object
	if err == nil && fault.Admits() {
		answer, err = s.answer(w, r, name, token, a)
	}
	if err != nil {
		answer = s.denial(w, err, name)
	}
	if fault == nil {
		s.reply(w, call, answer)
		return
	}
	call.Error = "fault: " + fault.String()
	s.Note(call)
	if fault.Spoil(w, r, answer, front) {
		return
	}
	if answer == nil {
		if answer, err = s.answer(w, r, name, token, a); err != nil {
			answer = s.denial(w, err, name)
		}
	}
	write(w, answer)
}

// answer runs one call and returns what Slack would say.
func (s *Sim) answer(w http.ResponseWriter, r *http.Request, name, token string, a args) (object, error) {
	m, known := methods[name]
	if !known {
		return nil, &apiError{"unknown_method", object{"req_method": name}}
	}
	if err := s.authorise(name, m, token, r); err != nil {
		return nil, err
	}
	w.Header().Set("X-OAuth-Scopes", s.scopesHeader())
	w.Header().Set("X-Accepted-OAuth-Scopes", strings.ReplaceAll(m.scopes, " ", ","))
	if s.o.Rates {
		if wait := s.rates.wait(name, m.tier, s.postTarget(name, a)); wait > 0 {
			return nil, &rateError{wait}
		}
	}
	if err := s.scoped(m.scopes); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	answer, err := m.run(s, a)
	if err != nil {
		return nil, err
	}
	if answer == nil {
		answer = object{}
	}
	for key, v := range answer { // encoded while the lock is held: the values share memory with the workspace
		answer[key] = json.RawMessage(wire.Encode(v))
	}
	answer["ok"] = true
	return answer, nil
}

type rateError struct{ wait time.Duration }

func (e *rateError) Error() string { return "ratelimited" }

// denial turns an error into the body, and the header that a rate limit has.
func (s *Sim) denial(w http.ResponseWriter, err error, name string) object {
	var rate *rateError
	if errors.As(err, &rate) {
		w.Header().Set("Retry-After", strconv.Itoa(int((rate.wait+time.Second-1)/time.Second)))
		code := "ratelimited"
		if strings.HasPrefix(name, "chat.") {
			code = "rate_limited"
		}
		return object{"ok": false, "error": code, "status": http.StatusTooManyRequests}
	}
	var bad *apiError
	if !errors.As(err, &bad) {
		bad = &apiError{code: "internal_error"}
	}
	o := object{"ok": false, "error": bad.code}
	for k, v := range bad.extra {
		o[k] = v
	}
	return o
}

func (s *Sim) reply(w http.ResponseWriter, call Call, answer object) {
	call.OK, _ = answer["ok"].(bool)
	call.Error, _ = answer["error"].(string)
	s.Note(call)
	if slices.Contains(formErrors, call.Error) {
		s.Violate("%s was refused: %s %s", call.Method, call.Error, strings.TrimSpace(wire.Encode(answer["errors"])+" "+wire.Encode(answer["response_metadata"])))
	}
	write(w, answer)
}

// write sends an answer with the status that its denial chose, usually 200.
func write(w http.ResponseWriter, answer object) {
	status := http.StatusOK
	if n, limited := answer["status"].(int); limited {
		status = n
		delete(answer, "status")
	}
	wire.Answer(w, status, answer)
}

// authorise checks the token, and its kind.
func (s *Sim) authorise(name string, m method, token string, r *http.Request) error {
	want := s.BotToken()
	if m.app {
		want = s.AppToken()
		switch {
		case r.Method != http.MethodPost:
			return fail("insecure_request")
		case !strings.HasPrefix(r.Header.Get("Authorization"), "Bearer "):
			return fail("missing_args")
		}
	}
	if token == s.BotToken() && s.mischief.revoked.Load() {
		return fail("token_revoked")
	}
	switch token {
	case want:
		return nil
	case "":
		return fail("not_authed")
	case s.BotToken(), s.AppToken():
		return fail("not_allowed_token_type")
	}
	return fail("invalid_auth")
}

// scoped checks that one of the scopes is granted; "" needs none.
func (s *Sim) scoped(scopes string) error {
	names := strings.Fields(scopes)
	if len(names) == 0 || slices.ContainsFunc(names, s.granted) {
		return nil
	}
	return &apiError{"missing_scope", object{"needed": strings.Join(names, ","), "provided": s.scopesHeader()}}
}

// readCall reads the arguments and the token, from wherever Slack accepts them.
func readCall(r *http.Request, jsonAllowed bool) (args, string, error) {
	a := args{}
	for k, v := range r.URL.Query() {
		a[k] = v[0]
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/json":
		body, err := io.ReadAll(io.LimitReader(r.Body, 8<<20))
		if err != nil {
			return a, "", fail("request_timeout")
		}
		if jsonAllowed && len(body) > 0 {
			if err := a.decode(body); err != nil {
				return a, "", fail("invalid_json")
			}
		}
	case "multipart/form-data":
		if err := r.ParseMultipartForm(8 << 20); err != nil {
			return a, "", fail("invalid_form_data")
		}
	default:
		if err := r.ParseForm(); err != nil {
			return a, "", fail("invalid_form_data")
		}
	}
	for k, v := range r.PostForm {
		a[k] = v[0]
	}
	token := a["token"]
	delete(a, "token")
	if header, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer "); ok {
		token = header
	}
	return a, token, nil
}

// decode reads a JSON body into arguments.
func (a args) decode(body []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(body, &fields); err != nil {
		return fmt.Errorf("arguments: %w", err)
	}
	for k, v := range fields {
		var text string
		var list []string
		switch {
		case string(v) == "null":
		case json.Unmarshal(v, &text) == nil:
			a[k] = text
		case k != "blocks" && k != "attachments" && json.Unmarshal(v, &list) == nil:
			a[k] = strings.Join(list, ",")
		default:
			a[k] = string(v)
		}
	}
	return nil
}
