// Package rules has Prometheus' own promtool try docs/prometheus-rules.yml: whether it understands the rules, and whether the alerts
// fire when they should and only then. Without promtool its tests are skipped on a developer's machine and fail where CI is "true".
package rules

import (
	"os"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

const rules, hours, days = "../../docs/prometheus-rules.yml", "testdata/hours.yml", "testdata/days.yml"

func TestTheAlertsFireWhenTheyShould(t *testing.T) {
	if _, err := exec.LookPath("promtool"); err != nil && os.Getenv("CI") != "true" {
		t.Skip("SKIPPED: nothing tried the rules for Prometheus; scripts/setup installs promtool")
	}
	for _, args := range [][]string{{"check", "rules", rules}, {"test", "rules", hours, days}} {
		if out, err := exec.Command("promtool", args...).CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
}

// TestEveryAlertIsTried: in one case at least it fires, and in another it does not.
func TestEveryAlertIsTried(t *testing.T) {
	tried := read(t, hours) + read(t, days)
	all := regexp.MustCompile(`alert: (\w+)`).FindAllStringSubmatch(read(t, rules), -1)
	if len(all) == 0 {
		t.Error("there are no alerts")
	}
	for _, m := range all {
		for _, fires := range []string{`\[\]`, `\[\{`} {
			if !regexp.MustCompile(`alertname: ` + m[1] + `, exp_alerts: ` + fires).MatchString(tried) {
				t.Errorf("%s is not tried with exp_alerts: %s", m[1], fires)
			}
		}
	}
}

// TestTheWindowsAreThoseOfTheirNames: a series that is called after a window looks at that window.
func TestTheWindowsAreThoseOfTheirNames(t *testing.T) {
	all := regexp.MustCompile(`record: \S+:ratio_rate(\w+)\n\s+expr: (.*)`).FindAllStringSubmatch(read(t, rules), -1)
	if want := strings.Count(read(t, rules), "record: "); len(all) != want || want == 0 {
		t.Errorf("%d of %d recorded series are called after a window", len(all), want)
	}
	for _, m := range all {
		if n := strings.Count(m[2], "["+m[1]+"]"); n == 0 || n != strings.Count(m[2], "[") {
			t.Errorf("what is called after %s looks at another window: %s", m[1], m[2])
		}
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
