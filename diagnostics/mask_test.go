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

func TestErrorsHideTheirData(t *testing.T) {
	m := newMasker(nil)
	for in, want := range map[string]string{
		`invalid input syntax for type integer: "anything at all"`: `invalid input syntax for type integer: "***"`,
		`cut "anything`: `cut "***"`,
		`invalid input syntax for type integer: "with "quotes" in it"`:                `invalid input syntax for type integer: "***"`,
		`invalid byte sequence for encoding "UTF8": 0xe2 0x82`:                        `invalid byte sequence for encoding "***": *** ***`,
		`character with byte sequence 0xc3 0xbc in encoding "UTF8" has no equivalent`: `character with byte sequence *** *** in encoding "***" has no equivalent`,
		`requested character too large for encoding: 1114112`:                         `requested character too large for encoding: ***`,
		`invalid regular expression: parentheses () not balanced`:                     `invalid regular expression: parentheses () not balanced`,
		`division by zero`: `division by zero`,
	} {
		assert.Equal(t, want, m.value(in), in)
	}
}

// What an error about names quotes is shown when it stood in the statement.
func TestErrorsShowWhatStoodInTheStatement(t *testing.T) {
	m := newMasker(nil)
	const sql = `SELECT c.nane, token::regclass FROM customers c WHERE note = 'x' OR lenght(c.meta) > 1 AND a.b.c.d + 1`
	for in, want := range map[string]string{
		`relation "customers" does not exist`:                          `relation "customers" does not exist`,
		`relation "tok_abc" does not exist`:                            `relation "***" does not exist`,
		`relation "tok "abc" def" does not exist`:                      `relation "***" does not exist`,
		`column "tok_abc" of relation "customers" does not exist`:      `column "***" of relation "customers" does not exist`,
		`column "nane" of relation "customers" does not exist`:         `column "nane" of relation "customers" does not exist`,
		`collation "tok_abc" for encoding "UTF8" does not exist`:       `collation "***" for encoding "***" does not exist`,
		`column c.nane does not exist`:                                 `column c.nane does not exist`,
		`function lenght(jsonb) does not exist`:                        `function lenght(jsonb) does not exist`,
		`operator does not exist: text + integer`:                      `operator does not exist: text + integer`,
		`operator does not exist: tok_abc`:                             `operator does not exist: ***`,
		`improper qualified name (too many dotted names): a.b.c.d`:     `improper qualified name (too many dotted names): a.b.c.d`,
		`improper qualified name (too many dotted names): tok.a.b.c`:   `improper qualified name (too many dotted names): ***`,
		`syntax error at or near "\"`:                                  `syntax error at or near "\"`,
		`syntax error at end of input`:                                 `syntax error at end of input`,
		`missing FROM-clause entry for table "c"`:                      `missing FROM-clause entry for table "c"`,
		`schema "tok_abc" does not exist`:                              `schema "***" does not exist`,
		`permission denied for table customers`:                        `permission denied for table customers`,
		`invalid name syntax`:                                          `invalid name syntax`,
		`type "tok_abc" does not exist`:                                `type "***" does not exist`,
		`cross-database references are not implemented: "tok.abc.def"`: `cross-database references are not implemented: "***"`,
	} {
		assert.Equal(t, want, m.told(in, sql), in)
	}
}

// TestErrorsThatSpeakOfWhatWasNotTyped: of a message, whatever stands in quotes or behind a colon.
func TestErrorsThatSpeakOfWhatWasNotTyped(t *testing.T) {
	m := newMasker(nil)
	for in, want := range map[string]string{
		`"hunter2" does not exist`:                      `"***" does not exist`,
		`'hunter2' does not exist`:                      `"***" does not exist`,
		`"hunter2`:                                      `"hunter2`,
		`relation "x" does not exist: hunter2`:          `relation "x" does not exist: ***`,
		`relation "x" does not exist: x y`:              `relation "x" does not exist: x y`,
		`relation "x" does not exist: integer`:          `relation "x" does not exist: integer`,
		`: hunter2`:                                     `: ***`,
		`type does not exist: int4range[], timestamptz`: `type does not exist: int4range[], timestamptz`,
		`no colon hunter2`:                              `no colon hunter2`,
	} {
		assert.Equal(t, want, m.told(in, "select x, y"), in)
	}
	for in, want := range map[string]string{
		`"hunter2" is no number`: `"***" is no number`,
		`hunter2"`:               `hunter2"***"`,
		`: 12 and x1 (7)`:        `: *** and *** (***)`,
		`no colon 12`:            `no colon 12`,
	} {
		assert.Equal(t, want, m.value(in), in)
	}
}

func TestCardsPassTheCheckOfTheirDigits(t *testing.T) {
	for number, want := range map[string]bool{
		"4111111111111111": true, "5500005555555559": true, "371449635398431": true, "6011000990139424": true, "4012-8888 8888 1881": true, "0": true, "18": true, "59": true, "91": true,
		"4111111111111112": false, "5500005555555558": false, "371449635398432": false, "1": false, "19": false, "95": false,
	} {
		assert.Equal(t, want, luhn(number), number)
	}
}

// TestLongTextsThatAreNoNames: digests, and texts that mix capitals, small letters and digits.
func TestLongTextsThatAreNoNames(t *testing.T) {
	for _, secret := range []string{
		"0123456789abcdef0123456789abcdef", "0123456789ABCDEF0123456789ABCDEF", "ffffffffffffffff0000000000000000", "FFFFFFFFFFFFFFFF0000000000000009", "aA0-____________________________", "zZ9aaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaZ1",
	} {
		assert.Equal(t, "***", maskToken(secret), secret)
	}
	for _, name := range []string{
		"123e4567-e89b-12d3-a456-426614174000", "01234567890123456789012345678901", "abcdefabcdefabcdefabcdefabcdefab", "ABCDEFABCDEFABCDEFABCDEFABCDEFAB", "0123456789abcdefg123456789abcdef", "0123456789ABCDEFG123456789ABCDEF", "0123456789abcdef_123456789abcdef", "0123456789abcdefz", "0123456789ABCDEFZ",
		"a_long_name_of_small_letters_and_9", "A_LONG_NAME_OF_CAPITAL_LETTERS_9", "aLongNameOfLettersWithoutANumber",
	} {
		assert.Equal(t, name, maskToken(name), name)
	}
}

func TestAssignmentsOfSecrets(t *testing.T) {
	m := newMasker(nil)
	for in, want := range map[string]string{
		`PASSWORD "hunter2"`: `PASSWORD "***"`, `password hunter2`: `password hunter2`, `password: hunter2`: `password: ***`, `password = hunter2`: `password = ***`, `password = 'hunter2'`: `password = '***'`, `token => hunter2`: `token => ***`,
		`password=$1`: `password=$1`, `password = $12::text`: `password = $12::text`, `password=$2b$10$abcdefghij`: `password=***`, `secret: $1$salt$hash`: `secret: ***`, `password=?`: `password=?`, `password=:name`: `password=:name`, `token=null`: `token=null`, `token = "a\"b" c`: `token = "***" c`, `apikey=x`: `apikey=***`,
		// Where what would be the value is the end of the sign.
		`token=>`: `token=>`, `(token=>) token=>,`: `(token=>) token=>,`, `secret=>"`: `secret=>"***"`, `password:`: `password:`, `token= `: `token= `,
	} {
		assert.Equal(t, want, m.text(in), in)
	}
	for in, want := range map[string]string{
		"{": "{", "[": "[", "": "", "{\"token\":12} {\"token\":12}": `{"token":"***"} {"token":"***"}`, `{"id":12345678901234567890,"token":"x"}`: `{"id":12345678901234567890,"token":"***"}`, `{"token":7}`: `{"token":"***"}`,
		`[{"id":1},{"token":"x"},{"id":2}]`: `[{"id":1},{"token":"***"},{"id":2}]`, `{"token":"x","a":{"id":1}}`: `{"token":"***","a":{"id":1}}`, `x{"token":"x"}`: `x{"token":"***"}`, `{"email":"ana@example.com","token":[1]}`: `{"email":"an***@example.com","token":"***"}`,
	} {
		assert.Equal(t, want, m.cell(in, false), in)
	}
}

func FuzzMask(f *testing.F) {
	m := newMasker(nil)
	f.Add(`{"password": "x"}`, "ana@example.com")
	f.Add("x", "sk_live_123456")
	f.Add(`f = (token=>) => token=>,"token":{"a":'`, "x")
	f.Fuzz(func(t *testing.T, around, secret string) {
		_ = m.cell(around, false)
		_ = m.cell(around, true)
		if !emailOnly.MatchString(secret) || strings.IndexByte(secret, '@') < 3 {
			return
		}
		assert.NotContains(t, m.cell("<"+secret+">", false), "<"+secret+">")
	})
}
