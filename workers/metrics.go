package workers

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics of the workers.
type Metrics struct {
	jobs    *prometheus.CounterVec
	seconds *prometheus.HistogramVec
}

// NewMetrics registers the workers' metrics.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mayday_effects_total",
			Help: "Effects carried out, by kind and outcome: done, later, rate_limited, retry, given_up, interrupted."}, []string{"kind", "outcome"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "mayday_effect_seconds",
			Help: "Time that one attempt at an effect took, by kind.", Buckets: prometheus.ExponentialBuckets(0.005, 2, 13)}, []string{"kind"}),
	}
	r.MustRegister(m.jobs, m.seconds)
	return m
}

func (m *Metrics) job(kind, outcome string, took time.Duration) {
	m.jobs.WithLabelValues(kind, outcome).Inc()
	m.seconds.WithLabelValues(kind).Observe(took.Seconds())
}
