package handlers

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"

	"mayday/alerts"
)

const (
	// mostCertificate is the largest certificate that is read, and certificateFor how long one is kept.
	mostCertificate, certificateFor = 64 << 10, 24 * time.Hour
	// notaryWithin is how long a question to Amazon SNS may take.
	notaryWithin = 3 * time.Second
)

// notary proves messages of Amazon SNS, whose key is a certificate at an address in the message.
// It asks addresses of that service only, and follows none elsewhere.
type notary struct {
	client *http.Client

	mu    sync.Mutex
	certs map[string]certificate
}

type certificate struct {
	cert *x509.Certificate
	at   time.Time
}

// newNotary makes one; transport is http.DefaultTransport when nil.
func newNotary(transport http.RoundTripper) *notary {
	return &notary{certs: map[string]certificate{}, client: &http.Client{
		Transport: transport, Timeout: notaryWithin,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// take proves a message, and confirms the subscription that it asks for. The zero receipt is that all is well.
func (n *notary) take(ctx context.Context, body []byte, read alerts.Reading, now time.Time) receipt {
	address := alerts.SNSCertificate(body)
	if address == "" {
		return receipt{code: http.StatusUnauthorized, says: "the certificate of the message is not at an address of Amazon SNS"}
	}
	cert, err := n.certificate(ctx, address, now)
	if err != nil {
		return receipt{code: http.StatusServiceUnavailable, says: "the certificate of the message could not be fetched; send it again", after: "5"}
	}
	switch alerts.SNSProves(body, cert, now) {
	case alerts.Valid:
	case alerts.Replayed:
		return receipt{code: http.StatusUnauthorized, says: "the message is older than an hour"}
	default:
		return receipt{code: http.StatusUnauthorized, says: "the signature of the message is wrong"}
	}
	if read.Confirm == "" {
		return receipt{}
	}
	confirm := alerts.SNSAddress(read.Confirm)
	if confirm == "" {
		return receipt{code: http.StatusBadRequest, says: "SubscribeURL is no address of Amazon SNS"}
	}
	if _, err := n.get(ctx, confirm); err != nil {
		return receipt{code: http.StatusServiceUnavailable, says: "the subscription could not be confirmed; send it again", after: "5"}
	}
	return receipt{}
}

func (n *notary) certificate(ctx context.Context, address string, now time.Time) (*x509.Certificate, error) {
	n.mu.Lock()
	kept, ok := n.certs[address]
	n.mu.Unlock()
	if ok && now.Sub(kept.at) < certificateFor {
		return kept.cert, nil
	}
	raw, err := n.get(ctx, address)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(raw)
	if block == nil {
		return nil, errors.New("no certificate")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if len(n.certs) > 20 { // there is one for each region, and a new one now and then
		clear(n.certs)
	}
	n.certs[address] = certificate{cert, now}
	return cert, nil
}

func (n *notary) get(ctx context.Context, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := n.client.Do(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, errors.New("Amazon SNS answered " + resp.Status)
	}
	return io.ReadAll(io.LimitReader(resp.Body, mostCertificate))
}
