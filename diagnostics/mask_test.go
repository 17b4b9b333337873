package diagnostics

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestColumnsThatAreMaskedByName(t *testing.T) {
	m := newMasker(nil)
	for _, name := range []string{"email", "Email", "user_email", "billing-email", "email_address", "phone", "phone_number", "token", "refresh_token", "tokens", "api_key", "client_secret",
		"password", "encrypted_password", "passwd", "password_hash", "otp", "session_cookie", "iban", "most_common_vals", "rolconfig"} {
		assert.True(t, m.named(name), name)
	}
	for _, name := range []string{"id", "username", "emails_sent", "status", "phonetic", "hash_joins", "session_id", "queryid", "calls", "balance", "salted"} {
		assert.False(t, m.named(name), name)
	}
	own := newMasker([]string{"nick*", " Balance "})
	assert.True(t, own.named("nickname"))
	assert.True(t, own.named("balance"))
	assert.False(t, own.named("email"), "the setting replaces the default")
	assert.True(t, own.named("password"), "credentials are masked whatever the setting says")
}

func TestValuesOfMaskedColumns(t *testing.T) {
	m := newMasker(nil)
	for in, want := range map[string]string{
		"":                       "",
		"ana@example.com":        "an***@example.com",
		"a@example.com":          "a***@example.com",
		"+15551234567":           "***67",
		"030 / 1234":             "***",
		"12345678":               "***78",
		"hunter2":                "***",
		strings.Repeat("x", 500): "***",
	} {
		assert.Equal(t, want, m.whole(in), in)
	}
}

func TestValuesAreMaskedByTheirShape(t *testing.T) {
	m := newMasker(nil)
	jwt := "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
	for in, want := range map[string]string{
		"write to ana.b+c@mail.example.co.uk now":       "write to an***@mail.example.co.uk now",
		"{a@b.de,cd@e.fr}":                              "{a***@b.de,cd***@e.fr}",
		"call +49 151 1234 5678 today":                  "call ***78 today",
		"jwt " + jwt:                                    "jwt ***",
		"cut " + jwt[:40]:                               "cut ***",
		"card 4111 1111 1111 1111!":                     "card ***1111!",
		"card 4111-1111-1111-1112":                      "card 4111-1111-1111-1112",
		"sk_live_51Habcdefghijk":                        "***",
		"xoxb-123-456-abc":                              "***",
		"ghp_abcdefghijklmnopqrstuvwxyz0123456789":      "***",
		"AKIAIOSFODNN7EXAMPLE":                          "***",
		"postgres://app:s3cr3t@db.internal:5432/x":      "postgres://***@db.internal:5432/x",
		"redis://:s3cr3t@cache:6379":                    "redis://***@cache:6379",
		"Authorization: Bearer abcdefgh12345678":        "Authorization: Bearer ***",
		"ALTER ROLE a PASSWORD 'hunter2'":               "ALTER ROLE a PASSWORD '***'",
		"password=hunter2 host=x":                       "password=*** host=x",
		`"client_secret"=>"abc", "a"=>"b"`:              `"client_secret"=>"***", "a"=>"b"`,
		"{app.jwt_secret=abc,work_mem=4MB}":             "{app.jwt_secret=***,work_mem=4MB}",
		"d41d8cd98f00b204e9800998ecf8427e":              "***",
		"Ab3dEf6hIj9lMn2pQr5tUv8xYz1BcD4f":              "***",
		"-----BEGIN PRIVATE KEY-----\nMIIE\nabc":        "***",
		"SELECT * FROM users WHERE token IS NOT NULL":   "SELECT * FROM users WHERE token IS NOT NULL",
		"WHERE password = $1":                           "WHERE password = $1",
		"123e4567-e89b-12d3-a456-426614174000":          "123e4567-e89b-12d3-a456-426614174000",
		"2024-05-06 07:08:09.123456+00":                 "2024-05-06 07:08:09.123456+00",
		"a_rather_long_but_harmless_index_name_of_ours": "a_rather_long_but_harmless_index_name_of_ours",
		"https://cdn.example.com/recordings/17.mp4":     "https://cdn.example.com/recordings/17.mp4",
		"0/16B3748": "0/16B3748",
	} {
		assert.Equal(t, want, m.text(in), in)
		assert.Equal(t, want, m.text(want), "masking twice changes nothing: %s", want)
	}
}

func TestNumbersAreOnlyMaskedAsCards(t *testing.T) {
	m := newMasker(nil)
	assert.Equal(t, "***1111", m.cell("4111111111111111", true))
	assert.Equal(t, "4111111111111112", m.cell("4111111111111112", true))
	assert.Equal(t, "-3905614467034613", m.cell("-3905614467034613", true))
	assert.Equal(t, "15551234567", m.cell("15551234567", true))
}

func TestDocumentsAreMaskedByTheirKeys(t *testing.T) {
	m := newMasker(nil)
	for in, want := range map[string]string{
		`{"id": 1, "plan": "free"}`:                      `{"id": 1, "plan": "free"}`,
		`{"id": 1, "api_key": "abc"}`:                    `{"api_key":"***","id":1}`,
		`{"a": [{"user": {"password": {"deep": "x"}}}]}`: `{"a":[{"user":{"password":"***"}}]}`,
		`[{"email": "ana@example.com"}]`:                 `[{"email":"an***@example.com"}]`,
		`{"big": 12345678901234567890, "token": null}`:   `{"big": 12345678901234567890, "token": null}`,
		`{"token": 12, "html": "<b>&"}`:                  `{"html":"<b>&","token":"***"}`,
		`{"token": "abc", "cut": "bcd`:                   `{"token": "***", "cut": "bcd`,
		`{1,2,3}`:                                        `{1,2,3}`,
	} {
		assert.Equal(t, want, m.cell(in, false), in)
	}
}

func TestErrorsHideTheirData(t *testing.T) {
	m := newMasker(nil)
	assert.Equal(t, `invalid input syntax for type integer: "***"`, m.quotes(`invalid input syntax for type integer: "anything at all"`))
	assert.Equal(t, `cut "***"`, m.quotes(`cut "anything`))
}

func FuzzMask(f *testing.F) {
	m := newMasker(nil)
	f.Add(`{"password": "x"}`, "ana@example.com")
	f.Add("x", "sk_live_123456")
	f.Fuzz(func(t *testing.T, around, secret string) {
		_ = m.cell(around, false)
		_ = m.cell(around, true)
		if !emailOnly.MatchString(secret) || strings.IndexByte(secret, '@') < 3 {
			return
		}
		assert.NotContains(t, m.cell("<"+secret+">", false), "<"+secret+">")
	})
}
