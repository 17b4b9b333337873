package program

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"mayday/lazyregexp"
	"mayday/store"
)

const day = 24 * time.Hour

// retention reads how long what is over is kept.
func (r *reader) retention(c *Config) {
	c.Keep = store.Retention{
		Incidents:  r.keep("MAYDAY_KEEP_INCIDENTS", forever, 30*day),
		Evidence:   r.keep("MAYDAY_KEEP_EVIDENCE", forever, day),
		Audit:      r.keep("MAYDAY_KEEP_AUDIT", forever, 30*day),
		Deliveries: r.keep("MAYDAY_KEEP_DELIVERIES", "2d", 2*day),
		Posts:      r.keep("MAYDAY_KEEP_POSTS", "7d", day),
		Alerts:     r.keep("MAYDAY_KEEP_ALERTS", "90d", 2*day),
	}
	c.KeepJobs = r.keep("MAYDAY_KEEP_JOBS", "1d", day)
}

const (
	forever  = "forever"
	mostDays = 100 * 365
)

var span = lazyregexp.New(`^([1-9]\d{0,4})(d|w|y)$`)

// keep reads "forever" as 0, "400d", "12w" or "2y" (of 365 days).
func (r *reader) keep(variable, standard string, least time.Duration) time.Duration {
	word := strings.ToLower(r.value(variable, standard))
	if word == forever {
		if standard != forever {
			r.bad(variable, "cannot be forever: it would only grow", standard)
		}
		return 0
	}
	m := span.FindStringSubmatch(word)
	if m == nil {
		r.bad(variable, "is neither a number of days, weeks or years nor forever", "400d")
		return 0
	}
	n, _ := strconv.Atoi(m[1]) // five digits
	days := n * map[string]int{"d": 1, "w": 7, "y": 365}[m[2]]
	if days < int(least/day) || days > mostDays {
		r.bad(variable, fmt.Sprintf("is less than %d days, or more than 100 years", least/day), "400d")
		return 0
	}
	return time.Duration(days) * day
}

// kept names the setting of something that grows, and how long it is kept; 0 is for ever.
func (c Config) kept(of string) (variable string, age time.Duration) {
	switch of {
	case "incidents", "timeline", "messages":
		return "MAYDAY_KEEP_INCIDENTS", c.Keep.Incidents
	case "evidence":
		return "MAYDAY_KEEP_EVIDENCE", c.Keep.Evidence
	case "audit":
		return "MAYDAY_KEEP_AUDIT", c.Keep.Audit
	case "posts":
		return "MAYDAY_KEEP_POSTS", c.Keep.Posts
	case "alerts":
		return "MAYDAY_KEEP_ALERTS", c.Keep.Alerts
	case "deliveries":
		return "MAYDAY_KEEP_DELIVERIES", c.Keep.Deliveries
	}
	return "MAYDAY_KEEP_JOBS", c.KeepJobs
}

// large is the size from which check asks about what is kept for ever.
const large = 1 << 30

// sizes says how much room everything takes that grows, and for how long it is kept.
func (k *checker) sizes() {
	ctx, cancel := k.limit()
	defer cancel()
	list, err := store.SizesAt(ctx, k.c.DatabaseURL.Reveal())
	if err != nil {
		k.say(Warned, "database size", "cannot be read: "+Redact(err, k.c.DatabaseURL), "")
		return
	}
	for _, s := range list {
		k.found = append(k.found, k.c.sized(s))
	}
}

// sized says how large something is, and asks about what is large and kept for ever.
func (c Config) sized(s store.Size) Finding {
	variable, age := c.kept(s.Of)
	f := Finding{State: OK, Subject: "size of " + s.Of}
	kept := fmt.Sprintf("kept for %d days", age/day)
	if age == 0 {
		kept = "kept for ever"
		if s.Bytes >= large {
			f.State, f.Next = Warned, fmt.Sprintf("set %s, for example %s=400d, or leave it so", variable, variable)
		}
	}
	f.Says = fmt.Sprintf("%s, about %d rows, %s (%s)", bytesOf(s.Bytes), s.Rows, kept, variable)
	return f
}

func bytesOf(n int64) string {
	for _, u := range []struct {
		size int64
		name string
	}{{1 << 30, "GB"}, {1 << 20, "MB"}} {
		if n >= u.size {
			return fmt.Sprintf("%.1f %s", float64(n)/float64(u.size), u.name)
		}
	}
	return fmt.Sprintf("%d kB", n>>10)
}

const (
	measureEvery  = 10 * time.Minute
	measureWithin = 10 * time.Second
)

// measure keeps the gauge of what grows up to date until ctx is done. A scrape asks
// the database nothing.
func (p *Program) measure(ctx context.Context) {
	gauge := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "mayday_database_bytes",
		Help: "Room that each kind of record takes in mayday's own database, indexes included; measured every ten minutes."}, []string{"of"})
	p.metrics.MustRegister(gauge)
	for ctx.Err() == nil {
		func() {
			ctx, cancel := context.WithTimeout(ctx, measureWithin)
			defer cancel()
			list, err := p.Store.Sizes(ctx)
			if err != nil && ctx.Err() == nil {
				p.log.Warn("the size of the database cannot be measured", zap.Error(err))
			}
			for _, s := range list {
				gauge.WithLabelValues(s.Of).Set(float64(s.Bytes))
			}
		}()
		store.SystemClock{}.Wait(ctx, time.Now().Add(measureEvery), nil)
	}
}
