package program

import (
	"context"
	"encoding/pem"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"

	"mayday/bot"
	slacksim "mayday/sim/slack"
	"mayday/store"
)

// The pieces of the password that must stand nowhere. Between them are the signs that break addresses.
var pieces = []string{"kiwi41", "mango52", "lemon63", "grape74"}

// broken are addresses with that password, which do not parse or parse as something else.
func broken() map[string]string {
	secret := strings.Join(pieces, "%s")
	with := func(sign string) string { return fmt.Sprintf(strings.ReplaceAll(secret, "%s", "%[1]s"), sign) }
	key := string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: []byte("kiwi41mango52lemon63grape74")}))
	m := map[string]string{
		"a port that is none":               "postgres://u:" + with("") + "@127.0.0.1:port/x",
		"a password that looks like a port": "postgres://127.0.0.1:5432/" + with("/") + "@127.0.0.1/x",
		"digits before a slash":             "postgres://127.0.0.1:1/" + with("-") + "@h/x",
		"no scheme":                         "u:" + with("") + "@127.0.0.1/x",
		"another scheme":                    "mysql://u:" + with("") + "@127.0.0.1/x",
		"key=value with blanks":             "host=127.0.0.1 port=1 user=u password=" + with(" ") + " dbname=x",
		"key=value, an open quote":          "host=127.0.0.1 port=1 password='" + with(" ") + " dbname=x",
		"key=value, blanks and signs":       "host=127.0.0.1 port=1 password=" + with(" =") + " dbname=x",
		"a key pasted":                      key,
		"a key within":                      "postgres://u@127.0.0.1:1/x?sslkey=" + key,
		"a line end":                        "postgres://u:" + with("\n") + "@127.0.0.1:1/x",
	}
	for _, sign := range []string{"#", "/", "?", "%", " ", "[", "%zz", "\\", "@/", ":/"} {
		m["a URL with "+sign] = "postgres://u:" + with(sign) + "@127.0.0.1:1/x"
	}
	return m
}

func assertNoPiece(t *testing.T, text, name string) {
	t.Helper()
	low := strings.ToLower(text)
	for _, p := range pieces {
		assert.NotContains(t, low, p, "%s: %s", name, text)
	}
}

// TestNoPartOfAnAddressThatBreaksIsPrinted: not by the settings, not by check, not by what run logs or returns.
func TestNoPartOfAnAddressThatBreaksIsPrinted(t *testing.T) {
	t.Parallel()
	for name, address := range broken() {
		for _, variable := range []string{"DATABASE_URL", "DIAGNOSTICS_DATABASE_URL", "SLACK_API_URL", "GITHUB_API_URL", "GITHUB_APP_PRIVATE_KEY", "MAYDAY_HTTP_ADDR", "MAYDAY_SQL_USERS", "MAYDAY_DECLARE_USERS", "SLACK_BOT_TOKEN", "MAYDAY_LOG_LEVEL", "MAYDAY_TIMEZONE"} {
			env := good()
			env["GITHUB_REPOSITORY"], env[variable] = "a/b", address
			_, problems := FromEnv(environment(env), true)
			for _, p := range problems {
				assertNoPiece(t, p.String(), name+" in "+variable)
			}
			if strings.HasSuffix(variable, "DATABASE_URL") {
				assert.NotEmpty(t, problems, "%s in %s is taken for an address", name, variable)
			}
		}
		k := &checker{ctx: t.Context(), c: Config{}}
		k.c.DatabaseURL, k.c.DiagnosticsURL = secretOf(address), secretOf(address)
		k.database()
		k.diagnostics()
		require.Len(t, k.found, 2, name)
		for _, f := range k.found {
			assert.Equal(t, Failed, f.State)
			assertNoPiece(t, f.Says+f.Next, name)
		}
		core, logs := observer.New(zapcore.DebugLevel)
		_, err := connect(shortly(t), store.Config{URL: address, Log: zap.New(core)}, zap.New(core))
		require.Error(t, err)
		assertNoPiece(t, err.Error(), name)
		for _, e := range logs.All() {
			assertNoPiece(t, fmt.Sprint(e.Message, e.ContextMap()), name)
		}
	}
}

// TestWhatAForeignErrorQuotesIsTakenOut: the password of an address that parses stands in no text, however it is written there.
func TestWhatAForeignErrorQuotesIsTakenOut(t *testing.T) {
	password := strings.Join(pieces, "@/ %")
	u := url.URL{Scheme: "postgres", User: url.UserPassword("u", password), Host: "db.internal:5432", Path: "x"}
	for _, address := range []string{u.String(), "host=db.internal user=u dbname=x password='" + password + "'"} {
		require.NoError(t, checkAddress(address))
		for _, quoted := range []string{address, password, url.QueryEscape(password), url.PathEscape(password), u.User.String(), pieces[2], `password="` + password + `"`} {
			got := Redact(errors.New("dial db.internal: it said "+quoted+" and hung up"), secretOf(address))
			assertNoPiece(t, got, quoted)
			assert.Contains(t, got, "dial db.internal: it said", "the rest is kept whole")
			assert.Contains(t, got, "and hung up")
		}
	}
	for _, fine := range []string{"postgres://u:p%40ss@h/x?sslmode=require&application_name=may%40day", "postgres://h/x", "host=a,b port=1,2 user=u password=x", "postgres://u:p@[::1]:5432/x", "user=u options='-c search_path=a'", "postgres://u:a@b@h/x"} {
		assert.NoError(t, checkAddress(fine), fine)
	}
}

// TestCheckPrintsNoPassword: of a database that is away.
func TestCheckPrintsNoPassword(t *testing.T) {
	t.Parallel()
	found := checked(t, slacksim.Options{}, map[string]string{"DATABASE_URL": "postgres://u:" + strings.Join(pieces, "-") + "@127.0.0.1:1/x"})
	for subject, fs := range found {
		for _, f := range fs {
			assertNoPiece(t, f.Says+f.Next, subject)
		}
	}
	assert.Contains(t, found["database"][0].Says, "127.0.0.1", "where it was looked for is said")
}

func secretOf(address string) bot.Secret { return bot.Secret(address) }

// shortly is a context for what would wait for a database that is away.
func shortly(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

// TestWhereSaysWhichDatabaseAndNoSecret: whoever reads that it does not answer has to know which one.
func TestWhereSaysWhichDatabaseAndNoSecret(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"postgres://mayday:hunter2@db.acme.dev:6432/ops?sslmode=require":  "ops on db.acme.dev:6432",
		"postgres://mayday:hunter2@db1:5432,db2:5433/ops?sslmode=disable": "ops on db1:5432, db2:5433",
		"host=/run/postgresql port=5432 user=mayday password=hunter2":     "mayday on /run/postgresql:5432",
		"postgres://mayday:hunter2@[::1]:5432/ops?sslmode=prefer":         "ops on [::1]:5432",
		"postgres://mayday:hunter2@db:not-a-port/ops":                     "",
	} {
		where, try := Where(bot.Secret(address))
		assert.Equal(t, want, where)
		assert.NotContains(t, where+try, "hunter2")
		assert.Equal(t, want != "", strings.HasPrefix(try, "pg_isready -h "), try)
	}
}
