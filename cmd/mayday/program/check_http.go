package program

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// httpWithin is how long the health page has to answer: it lives on this machine.
const httpWithin = 3 * time.Second

// http looks whether health and metrics are served, or can be.
func (k *checker) http() {
	const subject = "health and metrics"
	ctx, cancel := context.WithTimeout(k.ctx, httpWithin)
	defer cancel()
	status, said, err := readiness(ctx, k.c.HTTPAddr)
	switch {
	case err == nil && status == http.StatusOK && said == "ok":
		k.say(OK, subject, "served at "+k.c.HTTPAddr+": mayday is ready", "")
	case err == nil && status == http.StatusServiceUnavailable:
		k.say(Failed, subject, fmt.Sprintf("served at %s: mayday is not ready, %s", k.c.HTTPAddr, said), "mayday's log has the details")
	case err == nil:
		k.say(Failed, subject, "something else answers at "+k.c.HTTPAddr, "set MAYDAY_HTTP_ADDR to another address, such as 127.0.0.1:8081")
	default:
		k.listens(subject)
	}
}

// listens tries whether the address can be listened on, as mayday does when it starts.
func (k *checker) listens(subject string) {
	l, err := net.Listen("tcp", k.c.HTTPAddr)
	if err != nil {
		k.say(Failed, subject, "MAYDAY_HTTP_ADDR: cannot listen on "+k.c.HTTPAddr+": "+reason(err), "set it to another address, such as 127.0.0.1:8081")
		return
	}
	_ = l.Close()
	k.say(OK, subject, "will be served at "+k.c.HTTPAddr, "")
}

// readiness asks the readiness page at an address that is listened on.
func readiness(ctx context.Context, addr string) (status int, said string, err error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return 0, "", err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost" // it is listened on everywhere
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/readyz", nil)
	if err != nil {
		return 0, "", err
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}} // and no proxy
	resp, err := client.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 200))
	return resp.StatusCode, strings.TrimSpace(string(body)), err
}
