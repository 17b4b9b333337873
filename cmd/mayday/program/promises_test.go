package program

import (
	"context"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"mayday/handlers"
	"mayday/workers"
)

// TestTheRulesSpeakOfMetricsThatThereAre: every metric, code and bound in docs/prometheus-rules.yml is one that mayday has. That
// Prometheus understands the rules, and that the alerts fire when they should, is tested in tools/rules.
func TestTheRulesSpeakOfMetricsThatThereAre(t *testing.T) {
	r := prometheus.NewRegistry()
	handlers.PostsCounter(r)
	workers.NewMetrics(r)
	newDeadman("https://x.test", func(context.Context) error { return nil }, zap.NewNop(), r)
	families, err := r.Gather()
	require.NoError(t, err)
	there := map[string]bool{}
	bounds := map[float64]bool{}
	for _, f := range families {
		there[f.GetName()] = true
		if f.GetName() != "mayday_page_start_seconds" {
			continue
		}
		there[f.GetName()+"_bucket"], there[f.GetName()+"_count"] = true, true
		for _, b := range f.GetMetric()[0].GetHistogram().GetBucket() {
			bounds[b.GetUpperBound()] = true
		}
	}
	assert.True(t, bounds[5], "pages that start within 5 s can be counted")
	raw, err := os.ReadFile("../../../docs/prometheus-rules.yml")
	require.NoError(t, err)
	named := regexp.MustCompile(`\bmayday_[a-z_]+`).FindAllString(string(raw), -1)
	require.NotEmpty(t, named)
	for _, n := range named {
		assert.True(t, there[n], n)
	}
	assert.Contains(t, string(raw), `outcome="`+sent+`"`)
	doc, err := os.ReadFile("../../../docs/operating.md")
	require.NoError(t, err)
	for _, m := range regexp.MustCompile(`alert: (Mayday\w+)`).FindAllStringSubmatch(string(raw), -1) {
		if !strings.HasSuffix(m[1], "Slowly") {
			assert.Contains(t, string(doc), m[1], "docs/operating.md names the alert")
		}
	}
}
