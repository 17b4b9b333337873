package bot

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the figures of this room. Make one with NewMetrics and give it to the Socket and the Client.
type Metrics struct {
	ack       *prometheus.HistogramVec
	envelopes *prometheus.CounterVec
	sockets   prometheus.Gauge
	reported  prometheus.Gauge
	opened    *prometheus.CounterVec
	calls     *prometheus.CounterVec
	seconds   *prometheus.HistogramVec
	waits     *prometheus.CounterVec
	waited    *prometheus.CounterVec
}

// NewMetrics registers the figures on r. A nil r keeps them unregistered, for tests. It panics when r
// already holds them: one process has one set.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		ack: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "mayday_slack_acknowledgement_seconds",
			Help:    "From an envelope's arrival to its acknowledgement being written, by kind. Slack allows 3 s.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2, 3},
		}, []string{"kind"}),
		envelopes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mayday_slack_envelopes_total",
			Help: "Envelopes by kind and outcome: handled, duplicate, undecodable, unknown, panicked, expired, slow, shortened, unacknowledged, returned.",
		}, []string{"kind", "outcome"}),
		sockets: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "mayday_slack_sockets", Help: "Socket Mode connections of this process that said hello and are open.",
		}),
		reported: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "mayday_slack_sockets_reported", Help: "num_connections of Slack's last hello: more than all replicas hold means ghosts that swallow commands.",
		}),
		opened: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mayday_slack_socket_changes_total", Help: "Connections opened, and ended by reason.",
		}, []string{"change"}),
		calls: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mayday_slack_calls_total", Help: "Web API calls by method and result: ok or the error class.",
		}, []string{"method", "result"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "mayday_slack_call_seconds", Help: "Duration of Web API calls, without waiting for our own rate plan.",
			Buckets: []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"method"}),
		waits: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mayday_slack_rate_waits_total", Help: "Calls that waited for a rate limit, by method and cause: planned (ours) or told (a 429).",
		}, []string{"method", "cause"}),
		waited: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "mayday_slack_rate_wait_seconds_total", Help: "Seconds that calls waited for a rate limit, by method.",
		}, []string{"method"}),
	}
	if r != nil {
		r.MustRegister(m.ack, m.envelopes, m.sockets, m.reported, m.opened, m.calls, m.seconds, m.waits, m.waited)
	}
	return m
}

func (m *Metrics) envelope(kind Kind, outcome string) {
	m.envelopes.WithLabelValues(string(kind), outcome).Inc()
}

func (m *Metrics) called(method string, err *Error, took time.Duration) {
	result := "ok"
	if err != nil {
		result = string(err.Class)
	}
	m.calls.WithLabelValues(method, result).Inc()
	m.seconds.WithLabelValues(method).Observe(took.Seconds())
}

func (m *Metrics) wait(method, cause string, d time.Duration) {
	m.waits.WithLabelValues(method, cause).Inc()
	m.waited.WithLabelValues(method).Add(d.Seconds())
}
