package localpg

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// oldest is the oldest major version that works: DROP DATABASE … WITH (FORCE)
// and gen_random_uuid() came with 13.
const oldest = 13

// binVariable names the directory of PostgreSQL's programs; when it is set, no other place is looked at.
const binVariable = "MAYDAY_PG_BIN"

// usualPlaces is where packages put initdb and postgres when they do not put them on PATH.
var usualPlaces = []string{
	"/usr/lib/postgresql/*/bin", // Debian, Ubuntu
	"/usr/pgsql-*/bin",          // PGDG on Red Hat
	"/usr/libexec/postgresql*",  // Alpine
	"/usr/lib/postgresql*/bin",  // SUSE, Gentoo
	"/opt/homebrew/opt/postgresql*/bin",
	"/usr/local/opt/postgresql*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
	"/usr/local/pgsql/bin",
}

// ErrNoPrograms means that PostgreSQL is not installed, or too old.
var ErrNoPrograms = fmt.Errorf("no PostgreSQL %d or newer on this machine", oldest)

// programs is one installation: the directory of initdb, postgres and pg_ctl.
type programs struct {
	dir   string
	major int
}

// findPrograms lists the usable installations, newest first. extra are directories to
// look at besides the usual ones.
func findPrograms(ctx context.Context, extra ...string) ([]programs, error) {
	dirs := extra
	if dir := os.Getenv(binVariable); dir != "" {
		dirs = []string{dir}
	} else {
		dirs = append(dirs, candidateDirs(ctx)...)
	}
	var found []programs
	seen := map[string]bool{}
	for _, dir := range dirs {
		if real, err := filepath.EvalSymlinks(dir); err == nil {
			dir = real
		}
		if seen[dir] {
			continue
		}
		seen[dir] = true
		if major := version(ctx, dir); major >= oldest {
			found = append(found, programs{dir, major})
		}
	}
	if len(found) == 0 {
		if dir := os.Getenv(binVariable); dir != "" {
			return nil, fmt.Errorf("%w: %s=%s does not hold its programs", ErrNoPrograms, binVariable, dir)
		}
		return nil, ErrNoPrograms
	}
	slices.SortStableFunc(found, func(a, b programs) int { return cmp.Compare(b.major, a.major) })
	return found, nil
}

// candidateDirs lists directories that may hold the programs.
func candidateDirs(ctx context.Context) []string {
	var dirs []string
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		dirs = append(dirs, strings.TrimSpace(string(out)))
	}
	for _, place := range usualPlaces {
		match, _ := filepath.Glob(place) // the patterns are constants, so they are well formed
		dirs = append(dirs, match...)
	}
	return dirs
}

// version is the major version of the programs in dir, 0 when one is missing or broken.
func version(ctx context.Context, dir string) int {
	for _, name := range []string{"initdb", "pg_ctl"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			return 0
		}
	}
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return 0
	}
	return parseVersion(string(out))
}

// parseVersion reads the major version of "postgres (PostgreSQL) 15.18 (Debian 15.18-0)", "… 18beta1"; 0 when it is not there.
func parseVersion(out string) int {
	_, after, ok := strings.Cut(out, "(PostgreSQL) ")
	if !ok {
		return 0
	}
	end := strings.IndexFunc(after, func(r rune) bool { return r < '0' || r > '9' })
	if end < 0 {
		end = len(after)
	}
	major, err := strconv.Atoi(after[:end])
	if err != nil {
		return 0
	}
	return major
}

// choose picks the installation for dir: the newest that matches data already
// there, so that installing a newer PostgreSQL never hides the old incidents;
// else the newest. left is the major version whose data stays unused, or 0.
func choose(found []programs, dir string) (chosen programs, left int) {
	for _, p := range found {
		if initialised(dataDir(dir, p.major)) {
			return p, 0
		}
	}
	match, _ := filepath.Glob(filepath.Join(escapeGlob(dir), "pg[0-9]*"))
	for _, data := range match {
		major, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(data), "pg"))
		if err == nil && initialised(data) {
			left = max(left, major)
		}
	}
	return found[0], left
}

// escapeGlob makes a path match itself in filepath.Glob.
func escapeGlob(path string) string {
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

// dataDir is where the data of one major version lives: other versions never touch it.
func dataDir(dir string, major int) string { return filepath.Join(dir, "pg"+strconv.Itoa(major)) }

// initialised tells whether initdb has finished in this data directory.
func initialised(data string) bool {
	_, err := os.Stat(filepath.Join(data, "PG_VERSION"))
	return err == nil
}

// programsFor finds the programs, or fetches them once into dir and hands them
// to own, or says what to do.
func programsFor(ctx context.Context, dir string, own func(tree string) error, log func(string)) (programs, error) {
	found, err := findPrograms(ctx, filepath.Join(dir, fetchedDir, "bin"))
	if errors.Is(err, ErrNoPrograms) && os.Getenv(binVariable) == "" {
		log("no PostgreSQL on this machine, downloading it from " + mavenCentral + " (once)")
		if fetchErr := fetch(ctx, dir, mavenCentral, own); fetchErr != nil {
			return programs{}, fmt.Errorf("%w, and the download failed: %w\n%s", err, fetchErr, remedy(runtime.GOOS))
		}
		found, err = findPrograms(ctx, filepath.Join(dir, fetchedDir, "bin"))
	}
	if err != nil {
		return programs{}, fmt.Errorf("%w\n%s", err, remedy(runtime.GOOS))
	}
	chosen, left := choose(found, dir)
	if left != 0 {
		log(fmt.Sprintf("%s holds data of PostgreSQL %d, which is not installed: it is kept, but %d starts empty",
			dir, left, chosen.major))
	}
	return chosen, nil
}

// remedy is the one command to run, and the way around it.
func remedy(goos string) string {
	install := "sudo apt-get install -y postgresql   (Debian, Ubuntu; elsewhere the package of your system)"
	if goos == "darwin" {
		install = "brew install postgresql@17"
	}
	return "  run:  " + install + "\n  or:   set DATABASE_URL to a PostgreSQL that you have"
}
