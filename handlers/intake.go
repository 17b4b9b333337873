package handlers

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"golang.org/x/time/rate"

	"mayday/alerts"
	"mayday/incident"
	"mayday/store"
)

const (
	// sourcesAge is how old what is known of the sources may be, and sourcesStale how old where
	// the database is away: then nothing can be written down anyway.
	sourcesAge, sourcesStale = 5 * time.Second, 10 * time.Minute
	// sourcesWithin is how long reading them may take, and sourcesFirst where nothing is known to go by instead.
	sourcesWithin, sourcesFirst = time.Second, 3 * time.Second
	// receiveWithin is how long a sender waits for its answer at most.
	receiveWithin = 5 * time.Second
	// perSource and burst bound the posts of one source a second, and strangers those of all who
	// cannot prove themselves.
	perSource, burst     = 200, 1000
	strangers, strangest = 20, 100
)

// Intake is where senders post alerts: it proves who posts, writes down what is posted, and only
// then answers. It interprets nothing; it looks whether the body can be understood, so that its
// sender hears of that.
type Intake struct {
	store *store.Store
	log   *zap.Logger
	mux   *http.ServeMux
	sns   *notary
	now   func() time.Time
	posts *prometheus.CounterVec
	taken prometheus.Histogram

	mu      sync.Mutex
	sources []store.Source
	// readAt is when sources were read, failedAt when that failed last.
	readAt, failedAt time.Time
	limits           map[string]*rate.Limiter
}

// NewIntake makes one and registers its metrics.
func NewIntake(st *store.Store, log *zap.Logger, r prometheus.Registerer) *Intake {
	in := &Intake{store: st, log: log, now: time.Now, limits: map[string]*rate.Limiter{},
		posts: PostsCounter(r),
		taken: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "mayday_alert_post_seconds",
			Help: "From a post to its answer, which comes after the commit.", Buckets: prometheus.ExponentialBuckets(0.001, 2, 13)}),
	}
	r.MustRegister(in.taken)
	in.mux, in.sns = in.endpoints(), newNotary(nil)
	return in
}

// UnknownSource stands for a source that did not prove itself, or was not asked to, in metrics and logs.
const UnknownSource = "unknown"

// PostsCounter is the counter of posts on r, which is made when it is not there yet: also what is refused before there
// is an Intake counts.
func PostsCounter(r prometheus.Registerer) *prometheus.CounterVec {
	c := prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mayday_alert_posts_total",
		Help: "Posts of senders of alerts, by source and by what they were answered. A source that cannot prove itself counts as unknown."}, []string{"source", "code"})
	var there prometheus.AlreadyRegisteredError
	if errors.As(r.Register(c), &there) {
		if old, ok := there.ExistingCollector.(*prometheus.CounterVec); ok {
			return old
		}
	}
	countFromZero(c, UnknownSource)
	return c
}

// countFromZero has the series of a source be there before its first post: a rate does not see the first step of one that appears with it.
func countFromZero(posts *prometheus.CounterVec, source string) {
	for _, code := range []int{http.StatusAccepted, http.StatusServiceUnavailable} {
		posts.WithLabelValues(source, strconv.Itoa(code))
	}
}

// receipt is what a sender is told. Without an error the post is written down.
type receipt struct {
	code int
	// says is the reason, for the sender's log. It quotes nothing of the post.
	says string
	// after is in how many seconds to try again; 0 says nothing of it.
	after string
	// more are fields beside status and message.
	more map[string]string
}

var (
	unproven = receipt{code: http.StatusUnauthorized, says: "the key or the signature is none that is valid for this source; mayday source rotate makes a new one"}
	replayed = receipt{code: http.StatusUnauthorized, says: "the signature is right and its time is too far from ours; a post that is older than five minutes is not taken"}
	tooMany  = receipt{code: http.StatusTooManyRequests, says: "too many posts; try again in a moment", after: "2"}
	away     = receipt{code: http.StatusServiceUnavailable, says: "it could not be written down; send it again", after: "5"}
	off      = receipt{code: http.StatusNotFound, says: "no source of alerts is set up here; mayday source add makes one"}
)

// ServeHTTP serves the endpoints.
func (in *Intake) ServeHTTP(w http.ResponseWriter, r *http.Request) { in.mux.ServeHTTP(w, r) }

func (in *Intake) endpoints() *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v2/enqueue", func(w http.ResponseWriter, r *http.Request) { in.serve(w, r, alerts.Events, "") })
	mux.HandleFunc("POST /v2/change/enqueue", func(w http.ResponseWriter, r *http.Request) { in.serve(w, r, alerts.Changes, "") })
	mux.HandleFunc("/in/{source}/heartbeat", func(w http.ResponseWriter, r *http.Request) { in.beat(w, r, r.PathValue("source")) })
	mux.HandleFunc("POST /in/{source}", func(w http.ResponseWriter, r *http.Request) { in.serve(w, r, alerts.In, r.PathValue("source")) })
	return mux
}

// beat takes a sign of life, by GET or POST: many can do nothing else than to open an address.
func (in *Intake) beat(w http.ResponseWriter, r *http.Request, name string) {
	src, _, a := in.prove(r, alerts.In, name, nil)
	switch {
	case a.code != 0:
	case r.Method != http.MethodGet && r.Method != http.MethodPost && r.Method != http.MethodHead:
		a = receipt{code: http.StatusMethodNotAllowed, says: "a heartbeat is GET or POST"}
	case !in.may(src.Name, perSource, burst):
		a = tooMany
		a.code = http.StatusServiceUnavailable
	default:
		ctx, cancel := context.WithTimeout(r.Context(), receiveWithin)
		defer cancel()
		if a = (receipt{code: http.StatusAccepted}); in.store.Beat(ctx, src.Name) != nil {
			a = away
		}
	}
	writeReceipt(w, a)
}

func (in *Intake) serve(w http.ResponseWriter, r *http.Request, path alerts.Path, name string) {
	begun := time.Now()
	source, a := in.take(w, r, path, name)
	if a.code == http.StatusTooManyRequests && path == alerts.In {
		a.code = http.StatusServiceUnavailable // Alertmanager and Datadog repeat 5xx only
	}
	in.taken.Observe(time.Since(begun).Seconds())
	label := source
	if label == "" {
		label = UnknownSource
	}
	in.posts.WithLabelValues(label, strconv.Itoa(a.code)).Inc()
	if a.code != http.StatusAccepted {
		in.log.Info("a post of a sender of alerts was refused", zap.String("source", label), zap.String("path", string(path)), zap.Int("code", a.code), zap.String("why", a.says))
	}
	writeReceipt(w, a)
}

// writeReceipt answers as PagerDuty does, whose clients look for these fields.
func writeReceipt(w http.ResponseWriter, a receipt) {
	body := map[string]any{"status": "success", "message": "Event processed"}
	if a.code != http.StatusAccepted {
		body = map[string]any{"status": "invalid event", "message": a.says, "errors": []string{a.says}}
	}
	for k, v := range a.more {
		body[k] = v
	}
	if a.after != "" {
		w.Header().Set("Retry-After", a.after)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.code)
	_ = json.NewEncoder(w).Encode(body) // the sender hung up
}

// take proves a post, looks whether it can be understood and writes it down.
func (in *Intake) take(w http.ResponseWriter, r *http.Request, path alerts.Path, name string) (source string, a receipt) {
	body, a := bodyOf(w, r)
	if a.code != 0 {
		return "", a
	}
	src, secret, a := in.prove(r, path, name, body)
	if a.code != 0 {
		return src.Name, a
	}
	if !in.may(src.Name, perSource, burst) {
		return src.Name, tooMany
	}
	post := alerts.Post{Source: src.Name, Path: path, Header: kept(r.Header), Body: redact(body, secret), FreshKey: store.NewKey()}
	read, err := alerts.Read(post)
	if err != nil {
		return src.Name, receipt{code: http.StatusBadRequest, says: incident.Line(err.Error(), 300)}
	}
	post.Header[store.FreshKey] = post.FreshKey
	ctx, cancel := context.WithTimeout(r.Context(), receiveWithin)
	defer cancel()
	if alerts.IsSNS(post) {
		if a := in.sns.take(ctx, body, read, in.now()); a.code != 0 {
			return src.Name, a
		}
	}
	if read.Beat {
		if err := in.store.Beat(ctx, src.Name); err != nil {
			return src.Name, away
		}
	}
	if err := in.store.Receive(ctx, store.Received{Source: src.Name, Path: string(path), Delivery: delivery(r.Header), Header: post.Header, Body: post.Body}); err != nil {
		in.log.Warn("what a sender posted could not be written down", zap.String("source", src.Name), zap.Error(err))
		return src.Name, away
	}
	a = receipt{code: http.StatusAccepted}
	if path == alerts.Events && len(read.Reports) > 0 {
		a.more = map[string]string{"dedup_key": read.Reports[0].Key}
	}
	return src.Name, a
}

// prove finds the source of a post. secret is the key that stood in it, to be taken out of what is kept.
func (in *Intake) prove(r *http.Request, path alerts.Path, name string, body []byte) (src store.Source, secret string, a receipt) {
	list, err := in.known(r.Context(), sourcesAge)
	if err != nil {
		return src, "", away
	}
	if len(list) == 0 {
		return src, "", off
	}
	key := keyOf(r, path, body)
	src, a = proven(list, path, name, key, r.Header, body, in.now())
	if a.code != 0 {
		// A source that was made this moment is not known yet.
		if list, err = in.known(r.Context(), time.Second); err != nil {
			return src, "", away
		}
		src, a = proven(list, path, name, key, r.Header, body, in.now())
	}
	if a.code != 0 && !in.may("", strangers, strangest) {
		return store.Source{}, "", tooMany
	}
	return src, key, a
}

// known are the sources, read again when what is known is older than age.
func (in *Intake) known(ctx context.Context, age time.Duration) ([]store.Source, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	now := time.Now()
	if now.Sub(in.readAt) < age || now.Sub(in.failedAt) < time.Second && now.Sub(in.readAt) < sourcesStale {
		return in.sources, nil
	}
	if now.Sub(in.failedAt) < time.Second {
		return nil, errSourcesAway
	}
	within := sourcesWithin
	if now.Sub(in.readAt) >= sourcesStale {
		within = sourcesFirst
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), within)
	defer cancel()
	list, err := in.store.Sources(ctx)
	if err != nil {
		in.failedAt = time.Now()
		if now.Sub(in.readAt) < sourcesStale {
			return in.sources, nil
		}
		return nil, err
	}
	in.sources, in.readAt = list, now
	for _, s := range list {
		countFromZero(in.posts, s.Name)
	}
	return list, nil
}

var errSourcesAway = errors.New("the sources of alerts could not be read a moment ago")

// Logged reports whether everything of a source is only recorded, as far as is known.
func (in *Intake) Logged(source string) bool {
	list, err := in.known(context.Background(), sourcesAge)
	if err != nil {
		return false
	}
	for _, s := range list {
		if s.Name == source {
			return s.Way == incident.ToLog
		}
	}
	return false
}

// proven is the source that a post comes from: the one that is named, or with PagerDuty's
// endpoints the one whose key it is. Every secret is compared, in a time that does not depend on what is equal.
func proven(list []store.Source, path alerts.Path, name, key string, header http.Header, body []byte, now time.Time) (found store.Source, a receipt) {
	a = unproven
	hash := store.KeyHash(key)
	for _, s := range list {
		if path == alerts.In && s.Name != name {
			continue
		}
		for _, secret := range s.Secrets {
			switch {
			case secret.Hash != nil && key != "":
				if subtle.ConstantTimeCompare(secret.Hash, hash) == 1 {
					found, a = s, receipt{}
				}
			case secret.Signing != "" && path == alerts.In:
				switch alerts.Proves(header, body, secret.Signing.Reveal(), now) {
				case alerts.Valid:
					found, a = s, receipt{}
				case alerts.Replayed:
					if a.code != 0 {
						a = replayed
					}
				}
			}
		}
	}
	return found, a
}

// keyOf is the key that a post carries: in the body for PagerDuty, else in the header
// Authorization (Bearer, or the password of Basic), or where a sender can set no header, as ?key=.
func keyOf(r *http.Request, path alerts.Path, body []byte) string {
	if path != alerts.In {
		var of struct {
			RoutingKey string `json:"routing_key"`
		}
		_ = json.Unmarshal(body, &of) // what is no JSON has no key
		if of.RoutingKey != "" {
			return of.RoutingKey
		}
	}
	auth := r.Header.Get("Authorization")
	if scheme, rest, ok := strings.Cut(auth, " "); ok && (strings.EqualFold(scheme, "Bearer") || strings.EqualFold(scheme, "GenieKey")) {
		return strings.TrimSpace(rest)
	}
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	return r.URL.Query().Get("key")
}

// redact takes a key out of what is kept.
func redact(body []byte, key string) []byte {
	if key == "" {
		return body
	}
	return []byte(strings.ReplaceAll(string(body), key, "redacted"))
}

// kept are the headers that a dialect reads.
func kept(h http.Header) map[string]string {
	m := map[string]string{}
	for name := range h {
		if alerts.Kept(name) {
			m[strings.ToLower(name)] = incident.Line(h.Get(name), 300)
		}
	}
	return m
}

// delivery is the sender's own name of a post; empty when it gives none.
func delivery(h http.Header) string {
	for _, name := range []string{"webhook-id", "X-Amz-Sns-Message-Id", "Request-ID", "X-GitHub-Delivery"} {
		if v := h.Get(name); v != "" {
			return incident.Line(name+" "+v, 300)
		}
	}
	return ""
}

// may takes a turn of a source; "" is for all strangers together.
func (in *Intake) may(source string, perSecond rate.Limit, burst int) bool {
	in.mu.Lock()
	l := in.limits[source]
	if l == nil {
		l = rate.NewLimiter(perSecond, burst)
		in.limits[source] = l
	}
	in.mu.Unlock()
	return l.AllowN(in.now(), 1)
}
