package workers

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"mayday/incident"
	"mayday/methods"
)

// Metrics of the workers.
type Metrics struct {
	jobs    *prometheus.CounterVec
	seconds *prometheus.HistogramVec
	pages   prometheus.Histogram
	carries prometheus.Gauge
	away    prometheus.Gauge

	calls    *prometheus.CounterVec
	starts   *prometheus.HistogramVec
	answered *prometheus.HistogramVec
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
	m.calls = prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mayday_contact_method_calls_total",
		Help: "Calls of people by other contact methods than Slack, by method and outcome: taken by the service, refused by it, unsent, unknown, undelivered."}, []string{"method", "outcome"})
	m.starts = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "mayday_contact_method_start_seconds",
		Help: "From the time somebody was to be called by a contact method to the start of the first request to its service.", Buckets: []float64{.01, .025, .05, .1, .25, .5, 1, 2, 5, 10, 30, 60, 300}}, []string{"method"})
	m.answered = prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "mayday_contact_method_acknowledged_seconds",
		Help: "From the time a service took a message to its acknowledgement by that method.", Buckets: []float64{5, 15, 30, 60, 120, 300, 600, 1800, 3600}}, []string{"method"})
	m.away = prometheus.NewGauge(prometheus.GaugeOpts{Name: "mayday_slack_away", Help: "1 on the replica that carries jobs out while Slack answers none of its calls, else 0."})
	r.MustRegister(m.jobs, m.seconds, m.pages, m.carries, m.away, m.calls, m.starts, m.answered)
	return m
}

// paged notes that a page starts that was due at a time.
func (m *Metrics) paged(due, now time.Time) { m.pages.Observe(max(0, now.Sub(due)).Seconds()) }

func (m *Metrics) job(kind, outcome string, took time.Duration) {
	m.jobs.WithLabelValues(kind, outcome).Inc()
	m.seconds.WithLabelValues(kind).Observe(took.Seconds())
}

// reaching notes that the first request of a call by a method starts that was due at a time.
func (m *Metrics) reaching(by incident.Method, due, now time.Time) {
	m.starts.WithLabelValues(by.Label()).Observe(max(0, now.Sub(due)).Seconds())
}

// reached notes what came of an attempt at a call by a method.
func (m *Metrics) reached(by incident.Method, err error) {
	outcome := "taken"
	if err != nil {
		outcome = string(methods.ClassOf(err))
	}
	m.calls.WithLabelValues(by.Label(), outcome).Inc()
}

// undelivered notes that a service could not deliver what it took.
func (m *Metrics) undelivered(by incident.Method) {
	m.calls.WithLabelValues(by.Label(), "undelivered").Inc()
}

// AnsweredBy notes that somebody acknowledged by a method.
func (m *Metrics) AnsweredBy(by incident.Method, sent, now time.Time) {
	m.answered.WithLabelValues(by.Label()).Observe(max(0, now.Sub(sent)).Seconds())
}
