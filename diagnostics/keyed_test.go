package diagnostics

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDocumentsAreMaskedByTheirKeys(t *testing.T) {
	m := newMasker(nil)
	for in, want := range map[string]string{
		`{"id": 1, "plan": "free"}`:                      `{"id": 1, "plan": "free"}`,
		`{"id": 1, "api_key": "abc"}`:                    `{"id": 1, "api_key": "***"}`,
		`{"a": [{"user": {"password": {"deep": "x"}}}]}`: `{"a": [{"user": {"password": "***"}}]}`,
		`[{"email": "ana@example.com"}]`:                 `[{"email": "an***@example.com"}]`,
		`{"big": 12345678901234567890, "token": null}`:   `{"big": 12345678901234567890, "token": null}`,
		`{"token": 12, "html": "<b>&"}`:                  `{"token": "***", "html": "<b>&"}`,
		`{"token": true, "secret" : 1.5e3 }`:             `{"token": "***", "secret" : "***" }`,
		`{"token": "", "secret": "a\"b\\", "x": "y"}`:    `{"token": "***", "secret": "***", "x": "y"}`,
		`{1,2,3}`:                          `{1,2,3}`,
		`{"":"","a":"","token":"hunter2"}`: `{"":"","a":"","token":"***"}`,
		// What a decoder would only keep the last of.
		`{"token": "hunter2", "token": null}`: `{"token": "***", "token": null}`,
		// Escaped letters.
		`{"tok\u0065n": "hunter2"}`: `{"tok\u0065n": "***"}`,
		// Cut, and parts.
		`{"token": "abc", "cut": "bcd`:              `{"token": "***", "cut": "bcd`,
		`{"token": {"a": "hunter2"}, "cut": "bcd`:   `{"token": "***", "cut": "bcd`,
		`{"token": {"a": "hunter2", "b": "x`:        `{"token": "***"`,
		`{"token": ["b", "hunter2"], "x": "c`:       `{"token": "***", "x": "c`,
		`{"token": "hunt`:                           `{"token": "***"`,
		`{"token": "hunt\`:                          `{"token": "***"`,
		`{"token": `:                                `{"token": `,
		`{"token": ["]", "hunter2"]} {"a": 1}`:      `{"token": "***"} {"a": 1}`,
		`{"a": 1}{"token": {"x": "hunter2"}}`:       `{"a": 1}{"token": "***"}`,
		`body: {"token": {"x": "hunter2"}} in 3 ms`: `body: {"token": "***"} in 3 ms`,
		`{"token": hunter2 hunter3, "x": 1}`:        `{"token": "***", "x": 1}`,
		"\"secret\": hunter2\nfine":                 "\"secret\": \"***\"\nfine",
		// A document in a string, in an array of Postgres, and in a row.
		`{"log": "{\"token\": \"hunter2\", \"id\": 1}"}`:              `{"log": "{\"token\": \"***\", \"id\": 1}"}`,
		`{"log": "{\"token\": {\"x\": \"hunter2\"}}", "id": 1}`:       `{"log": "{\"token\": \"***\"}", "id": 1}`,
		`{"log": "said {\"token\": \"hunt", "id": 1}`:                 `{"log": "said {\"token\": \"***\"", "id": 1}`,
		`{"log": "{\"token\": {\"x\": [1, \"hunt", "id": 1}`:          `{"log": "{\"token\": \"***\"", "id": 1}`,
		`{"log": "{\"token\": \"a\\\"hunter2\", \"id\": 1}"}`:         `{"log": "{\"token\": \"***\", \"id\": 1}"}`,
		`{"log": "{\"token\": \"a\\\\\", \"id\": 1}"}`:                `{"log": "{\"token\": \"***\", \"id\": 1}"}`,
		`{"a": "{\"b\": \"{\\\"token\\\": \\\"hunter2\\\"}\"}"}`:      `{"a": "{\"b\": \"{\\\"token\\\": \\\"***\\\"}\"}"}`,
		`{"{\"token\": \"hunter2\"}","{\"email\": \"a@b.example\"}"}`: `{"{\"token\": \"***\"}","{\"email\": \"a***@b.example\"}"}`,
		`("{""token"": ""hunter2"", ""id"": 1}",7)`:                   `("{""token"": ""***"", ""id"": 1}",7)`,
		`("{""token"": {""x"": ""hunter2""}}",7)`:                     `("{""token"": ""***""}",7)`,
		`("{""token"": ""a\\""hunter2"", ""id"": 1}",7)`:              `("{""token"": ""***"", ""id"": 1}",7)`,
		`{"(\"{\"\"token\"\": \"\"hunter2\"\"}\",7)"}`:                `{"(\"{\"\"token\"\": \"\"***\"\"}\",7)"}`,
		`"client_secret"=>"abc", "token"=>NULL, "a"=>"b"`:             `"client_secret"=>"***", "token"=>NULL, "a"=>"b"`,
		// As programs print their own.
		`{'token': 'hunter2', 'id': 1}`:            `{'token': '***', 'id': 1}`,
		`{'token': "it's", 'id': 1}`:               `{'token': "***", 'id': 1}`,
		`{'token': {'x': 'hunter2'}, 'id': None}`:  `{'token': '***', 'id': None}`,
		`{'token': None, 'id': 1}`:                 `{'token': None, 'id': 1}`,
		`{"password": $2b$10$abcdefghij, "id": 1}`: `{"password": "***", "id": 1}`,
		// What is none.
		`select 'token'::text, "token"::text from t`: `select 'token'::text, "token"::text from t`,
		`set "token" = $1 where "token": $2`:         `set "token" = $1 where "token": $2`,
		`it's "fine": yes`:                           `it's "fine": yes`,
	} {
		assert.Equal(t, want, m.cell(in, false), in)
		assert.Equal(t, strings.ReplaceAll(strings.ReplaceAll(want, "an***@example.com", "***"), "a***@b.example", "***"), m.cell(want, false), "masking twice shows no more: %s", want)
	}
}

// Whatever a document holds, however deep in strings, and wherever it was cut, of what stands below a masked key nothing is shown, and of
// a whole one the rest is.
func TestAnyDocumentIsMaskedByItsKeys(t *testing.T) {
	m := newMasker(nil)
	keys := []string{"id", "to", "user's token", "token", "client_secret", `we"ird`, ""}
	var node func(depth int, below bool) any
	node = func(depth int, below bool) any {
		text := []string{"plain", `a"b`, `back\`, "{", "]", "it's", ": ", ""}[rand.IntN(8)]
		if below {
			text = text + "hunter2"
		}
		switch n := rand.IntN(8); {
		case depth > 3 || n < 4:
			return text
		case n == 4:
			return rand.IntN(1000)
		case n == 5:
			return []any{node(depth+1, below), node(depth+1, below)}
		default:
			o := map[string]any{}
			for range 3 {
				k := keys[rand.IntN(len(keys))]
				o[k] = node(depth+1, below || m.named(k))
			}
			return o
		}
	}
	for range 3000 {
		raw, err := json.Marshal(map[string]any{"a": node(0, false), "token": node(0, true), "z": "last"})
		require.NoError(t, err)
		text := string(raw)
		for range rand.IntN(3) {
			text = `{"log": ` + strconv.Quote(text) + `}`
			if rand.IntN(2) == 0 {
				text = `{` + strings.TrimSuffix(strings.TrimPrefix(text, `{"log": `), `}`) + `}` // an array of Postgres
			}
		}
		masked := m.keyed(text)
		require.NotContains(t, masked, "hunter2", text)
		require.Contains(t, masked, "last", text)
		require.Contains(t, masked, `"token`, text)
		cut := text[:rand.IntN(len(text))]
		require.NotContains(t, m.keyed(cut), "hunter2", cut)
	}
}
