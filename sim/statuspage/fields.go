package statuspage

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"
)

// field says what a field of a request may hold.
type field struct {
	required bool
	// check says what is wrong with a value; empty for nothing.
	check func(json.RawMessage) string
}

// judge refuses a body with fields that are not published, that lack, or that hold what they may not.
func judge(body map[string]json.RawMessage, fields map[string]field) error {
	for name, raw := range body {
		f, known := fields[name]
		if !known {
			return no(http.StatusUnprocessableEntity, "%s is no field of this request", name)
		}
		if wrong := f.check(raw); wrong != "" {
			return no(http.StatusUnprocessableEntity, "%s %s", name, wrong)
		}
	}
	for name, f := range fields {
		if _, there := body[name]; f.required && !there {
			return no(http.StatusUnprocessableEntity, "%s is missing", name)
		}
	}
	return nil
}

// text is a string of at most so many characters, and of at least one.
func text(most int) func(json.RawMessage) string {
	return func(raw json.RawMessage) string {
		var v string
		switch err := json.Unmarshal(raw, &v); {
		case err != nil:
			return "is no string"
		case strings.TrimSpace(v) == "":
			return "is empty"
		case utf8.RuneCountInString(v) > most:
			return "is too long"
		}
		return ""
	}
}

// oneOf is one of some words.
func oneOf(words ...string) func(json.RawMessage) string {
	return func(raw json.RawMessage) string {
		var v string
		if json.Unmarshal(raw, &v) != nil || !slices.Contains(words, v) {
			return "is none of " + strings.Join(words, ", ")
		}
		return ""
	}
}

// decodes is a value that T can hold, with nothing besides.
func decodes[T any](wrong func(T) string) func(json.RawMessage) string {
	return func(raw json.RawMessage) string {
		var v T
		d := json.NewDecoder(strings.NewReader(string(raw)))
		d.DisallowUnknownFields()
		if d.Decode(&v) != nil || string(raw) == "null" {
			return "has another form"
		}
		return wrong(v)
	}
}

func anything[T any](T) string { return "" }

// is decodes a field that was judged; the zero value where it is not there.
func is[T any](body map[string]json.RawMessage, name string) (v T) {
	_ = json.Unmarshal(body[name], &v) // judged before
	return v
}

// components checks ids.
func (s *Sim) unknown(ids ...string) error {
	for _, id := range ids {
		if !slices.ContainsFunc(s.Parts, func(c Component) bool { return c.ID == id }) {
			return no(http.StatusUnprocessableEntity, "there is no component %q", id)
		}
	}
	return nil
}
