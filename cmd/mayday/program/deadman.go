package program

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"mayday/bot"
	"mayday/store"
)

const (
	// deadmanEvery is how often the address is asked, deadmanAgain how often mayday tries while no sign of life is sent, and
	// deadmanWithin how long the address may take to answer.
	deadmanEvery, deadmanAgain, deadmanWithin = time.Minute, 10 * time.Second, 10 * time.Second
	// wellWithin is how long a look at mayday itself may take, and overdueMost for how long a clock may be due.
	wellWithin, overdueMost = 3 * time.Second, time.Minute
)

// deadman reads the address of a service that raises an alarm when it is not asked any more.
func (r *reader) deadman() bot.Secret {
	const variable, example = "MAYDAY_DEADMAN_URL", "https://hc-ping.com/your-check"
	v := r.value(variable, "")
	if v == "" {
		return ""
	}
	u, err := url.Parse(v)
	switch {
	case err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http":
		r.bad(variable, "is no web address", example)
	case u.Scheme == "http" && !thisMachine(u.Hostname()):
		r.bad(variable, "is not HTTPS: whoever reads it on the way can keep an alarm silent", example)
	}
	return bot.Secret(v)
}

// thisMachine reports whether a host is reached without a network.
func thisMachine(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// deadman gives an address a sign of life each minute while mayday is well, and tries every ten seconds while none arrives. Each replica does so for itself: as long as one is well
// somebody is called, and there is no alarm; when none is, there is one.
type deadman struct {
	address bot.Secret
	well    func(context.Context) error
	log     *zap.Logger
	client  *http.Client
	asked   *prometheus.CounterVec
}

func newDeadman(address bot.Secret, well func(context.Context) error, log *zap.Logger, r prometheus.Registerer) *deadman {
	d := &deadman{address: address, well: well, log: log,
		client: &http.Client{Timeout: deadmanWithin, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }},
		asked: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "mayday_deadman_total",
			Help: "What became of each sign of life, one each minute, tried every ten seconds while none arrives: sent, failed (its address did not take it), or withheld, because mayday is not well."}, []string{"outcome"})}
	for _, outcome := range []string{sent, failed, withheld} {
		d.asked.WithLabelValues(outcome) // so that the first of each counts as one more
	}
	r.MustRegister(d.asked)
	return d
}

// run gives signs of life until ctx is done. The first comes as soon as mayday is well.
func (d *deadman) run(ctx context.Context) {
	for last := sent; ctx.Err() == nil; {
		last = d.minute(ctx, last)
		pause := deadmanEvery
		if last != sent {
			pause = deadmanAgain
		}
		store.SystemClock{}.Wait(ctx, time.Now().Add(pause), nil)
	}
}

// What became of a sign of life.
const sent, failed, withheld = "sent", "failed", "withheld"

// minute gives a sign of life, if all is well, and says so when that is other than the last time.
func (d *deadman) minute(ctx context.Context, last string) (outcome string) {
	outcome, why := d.sign(ctx)
	if ctx.Err() != nil {
		return last
	}
	d.asked.WithLabelValues(outcome).Inc()
	switch {
	case outcome == last:
	case outcome == sent:
		d.log.Info("mayday gives signs of life again")
	default:
		d.log.Warn("mayday gives no sign of life", zap.String("outcome", outcome), zap.Error(why))
	}
	return outcome
}

// sign gives one, if all is well.
func (d *deadman) sign(ctx context.Context) (outcome string, why error) {
	if err := d.well(ctx); err != nil {
		return withheld, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, d.address.Reveal(), nil)
	if err != nil {
		return failed, errors.New("its address cannot be asked")
	}
	r.Header.Set("User-Agent", "mayday")
	resp, err := d.client.Do(r)
	if err != nil {
		return failed, errors.New(Redact(withoutAddress(err), d.address))
	}
	_ = resp.Body.Close()
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return failed, fmt.Errorf("it was answered with status %d", resp.StatusCode)
	}
	return sent, nil
}

// withoutAddress is what went wrong with a request, without the address that net/http puts before it.
func withoutAddress(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}

// well is nil while somebody who has to be called is: this process hears Slack, the database takes what is recorded,
// and no clock has been due, or has failed again and again, for long.
func (p *Program) well(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, wellWithin)
	defer cancel()
	if !p.socket.Connected() {
		return errors.New("not connected to Slack")
	}
	if err := p.Store.CheckWrites(ctx); err != nil {
		return errors.New("the database takes no writes")
	}
	if p.Store.Stopped() {
		return errors.New("no clock fires here, because this machine's time is wrong")
	}
	late, err := p.Store.Overdue(ctx)
	if err != nil {
		return errors.New("the clocks cannot be read")
	}
	if late > overdueMost {
		return fmt.Errorf("a clock has been due for %s", late.Round(time.Second))
	}
	return nil
}
