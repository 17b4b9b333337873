package workers

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics of the workers.
type Metrics struct {
	jobs    *prometheus.CounterVec
	seconds *prometheus.HistogramVec
	pages   prometheus.Histogram
	carries prometheus.Gauge
}

// NewMetrics registers the workers' metrics.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mayday_effects_total",
			Help: "Effects carried out, by kind and outcome: done, later, rate_limited, retry, given_up, interrupted."}, []string{"kind", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "mayday_effect_seconds",
			Help: "Time that one attempt at an effect took, by kind.", Buckets: prometheus.ExponentialBuckets(0.005, 2, 13)}, []string{"kind"}),
		pages: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "mayday_page_start_seconds",
			Help: "From the time a page was due, by its clock or its command, to the start of the call to Slack that writes it. 5 s is what is promised.", Buckets: []float64{.1, .25, .5, 1, 2, 5, 10, 30, 60, 300, 900}}),
	}
	m.carries = prometheus.NewGauge(prometheus.GaugeOpts{Name: "mayday_carries_jobs", Help: "1 while this replica is the one that carries jobs out, else 0."})
	r.MustRegister(m.jobs, m.seconds, m.pages, m.carries)
	return m
}

// paged notes that a page starts that was due at a time.
func (m *Metrics) paged(due, now time.Time) { m.pages.Observe(max(0, now.Sub(due)).Seconds()) }

func (m *Metrics) job(kind, outcome string, took time.Duration) {
	m.jobs.WithLabelValues(kind, outcome).Inc()
	m.seconds.WithLabelValues(kind).Observe(took.Seconds())
}
