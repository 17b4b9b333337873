// Package rules looks whether Prometheus understands docs/prometheus-rules.yml, and whether the alerts fire when they should.
package rules

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/prometheus/prometheus/promql/parser"
	"go.yaml.in/yaml/v3"
)

type rule struct {
	Record, Alert, Expr, For string
}

func read(t *testing.T) (rules []rule) {
	t.Helper()
	raw, err := os.ReadFile("../../docs/prometheus-rules.yml")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Groups []struct {
			Name  string
			Rules []struct {
				Record, Alert, Expr, For string
				Labels, Annotations      map[string]string
			}
		}
	}
	dec := yaml.NewDecoder(strings.NewReader(string(raw)))
	dec.KnownFields(true)
	if err := dec.Decode(&file); err != nil {
		t.Fatal(err)
	}
	for _, g := range file.Groups {
		for _, r := range g.Rules {
			if (r.Record == "") == (r.Alert == "") || r.Alert != "" && (r.Labels["severity"] == "" || r.Annotations["summary"] == "") {
				t.Errorf("%s: %+v is neither a record nor an alert with a severity and a summary", g.Name, r)
			}
			rules = append(rules, rule{r.Record, r.Alert, r.Expr, r.For})
		}
	}
	return rules
}

// TestPrometheusUnderstandsTheRules: every expression is one, and every recorded series that an alert looks at is recorded.
func TestPrometheusUnderstandsTheRules(t *testing.T) {
	recorded, alerts := map[string]bool{}, 0
	for _, r := range read(t) {
		expr, err := parser.ParseExpr(r.Expr)
		if err != nil {
			t.Errorf("%s%s: %v", r.Record, r.Alert, err)
			continue
		}
		if r.Record != "" {
			recorded[r.Record] = true
			continue
		}
		alerts++
		parser.Inspect(expr, func(n parser.Node, _ []parser.Node) error {
			if v, ok := n.(*parser.VectorSelector); ok && strings.HasPrefix(v.Name, "mayday:") && !recorded[v.Name] {
				t.Errorf("%s looks at %s, which no rule records", r.Alert, v.Name)
			}
			return nil
		})
	}
	if alerts < 5 || len(recorded) != 14 {
		t.Errorf("%d alerts and %d recorded series", alerts, len(recorded))
	}
}

// TestTheWindowsAreThoseOfTheirNames: a series that is called after a window looks at that window.
func TestTheWindowsAreThoseOfTheirNames(t *testing.T) {
	for _, r := range read(t) {
		if r.Record == "" {
			continue
		}
		window := r.Record[strings.LastIndex(r.Record, "ratio_rate")+len("ratio_rate"):]
		if want := strings.Count(r.Expr, fmt.Sprintf("[%s]", window)); want != strings.Count(r.Expr, "[") || want == 0 {
			t.Errorf("%s looks at another window: %s", r.Record, r.Expr)
		}
	}
}
