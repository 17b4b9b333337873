package program

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"mayday/bot"
	"mayday/lazyregexp"
)

// errAddress is said of an address that does not parse, and never what the driver says: it quotes parts of it,
// and where an address breaks there may be a password.
var errAddress = errors.New("is no Postgres address")

// checkAddress reports an address of Postgres that does not parse, or parses only by taking a piece of the
// password for something else: its text would then stand in every error as a host, a database or a setting.
func checkAddress(address string) error {
	cfg, err := pgx.ParseConfig(address)
	if err != nil {
		return errAddress
	}
	if _, rest, isURL := strings.Cut(address, "://"); isURL {
		authority, path, _ := cut(rest, "/?#")
		where, _, _ := strings.Cut(path, "?")
		if strings.ContainsAny(rest, "# \t\r\n") || strings.Contains(where, "@") || strings.Contains(path, "@") && !strings.Contains(authority, "@") {
			return errors.New("breaks where its password begins: write @ as %40, / as %2F, # as %23, ? as %3F, % as %25 and blanks as %20 in it")
		}
	}
	for name := range cfg.RuntimeParams {
		if !settingName.MatchString(name) {
			return errors.New("holds a word that is no setting: put a password with blanks into single quotes, or write the address as a URL")
		}
	}
	return nil
}

// Where says which database an address leads to, "mayday on db:5432", and try a command by which a person finds out whether it answers.
// Neither holds a user or a password. Both are empty for an address that does not parse.
func Where(address bot.Secret) (where, try string) {
	cfg, err := pgx.ParseConfig(address.Reveal())
	if err != nil {
		return "", ""
	}
	hosts := []string{net.JoinHostPort(cfg.Host, strconv.Itoa(int(cfg.Port)))}
	for _, f := range cfg.Fallbacks { // with and without TLS, and further hosts
		if h := net.JoinHostPort(f.Host, strconv.Itoa(int(f.Port))); !slices.Contains(hosts, h) {
			hosts = append(hosts, h)
		}
	}
	name := cfg.Database
	if name == "" {
		name = cfg.User
	}
	return name + " on " + strings.Join(hosts, ", "), fmt.Sprintf("pg_isready -h %s -p %d", cfg.Host, cfg.Port)
}

// cut is strings.Cut at the first of several characters, which stays with what follows.
func cut(s, any string) (before, after string, found bool) {
	if i := strings.IndexAny(s, any); i >= 0 {
		return s[:i], s[i:], true
	}
	return s, "", false
}

// settingName is how settings of Postgres are called.
var settingName = lazyregexp.New(`^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$`)

// Redact is what may be said of an error of the database at address: all of it, on one line, except what is
// secret in the address.
func Redact(err error, address bot.Secret) string {
	var unreadable *pgconn.ParseConfigError
	if errors.As(err, &unreadable) {
		return errAddress.Error()
	}
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == "42704" {
		return "the server knows no such setting as one that the address gives; put a password with blanks into single quotes, or write the address as a URL"
	}
	s := strings.ReplaceAll(err.Error(), address.Reveal(), "[address]")
	for _, piece := range secrets(address.Reveal()) {
		s = strings.ReplaceAll(s, piece, "[redacted]")
	}
	return strings.Join(strings.Fields(s), " ")
}

// secrets are the forms in which the passwords of an address may stand in a text, and their pieces between
// signs that end a word in some way of writing. The longest come first.
func secrets(address string) []string {
	var whole []string
	if cfg, err := pgx.ParseConfig(address); err == nil && cfg.Password != "" {
		whole = append(whole, cfg.Password)
	}
	for _, m := range written.FindAllStringSubmatch(address, -1) {
		for _, v := range m[1:] {
			if v != "" {
				whole = append(whole, v)
			}
		}
	}
	var all []string
	add := func(s string) {
		if len(s) >= shortestSecret && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	for _, w := range whole {
		plain, err := url.PathUnescape(w)
		if err != nil {
			plain = w
		}
		for _, form := range []string{w, plain, url.QueryEscape(plain), url.PathEscape(plain), url.UserPassword("", plain).String()} {
			add(strings.TrimPrefix(form, ":"))
		}
		for _, piece := range strings.FieldsFunc(plain, func(r rune) bool { return strings.ContainsRune("@/#?%:&= '\"\\", r) }) {
			add(piece)
		}
	}
	slices.SortStableFunc(all, func(a, b string) int { return len(b) - len(a) })
	return all
}

// shortestSecret is the shortest text that is taken out: shorter ones stand in any sentence.
const shortestSecret = 4

// written finds passwords as they are written: in a URL, as a parameter of it, as key=value.
var written = lazyregexp.New(`(?i)://[^:/@\s]*:(\S*)@|(?:ssl)?password\s*=\s*(?:'((?:[^'\\]|\\.)*)'|([^\s&']+))`)
