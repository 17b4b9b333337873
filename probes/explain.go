package probes

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"

	"mayday/incident"
)

// explain says in words for people why there was no answer. An error of
// net/http repeats the address, with all that is secret in it: it is never shown.
func (p *Prober) explain(err error) string {
	var dns *net.DNSError
	switch {
	case errors.Is(err, errPrivate):
		return "not asked: it leads to an address that is not public (MAYDAY_PROBE_PRIVATE)"
	case errors.Is(err, errReserved):
		return "not asked: names below .test belong to nobody; those of mayday's example answer in its demo"
	case errors.Is(err, errRedirects):
		return fmt.Sprintf("more than %d redirects", mostRedirect)
	case errors.Is(err, context.Canceled):
		return "not asked to the end: mayday is stopping"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return "no answer within " + took(p.limit)
	case errors.As(err, &dns) && dns.IsNotFound:
		return "its name does not exist in DNS"
	case errors.As(err, &dns):
		return "its name could not be resolved"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "connection refused"
	case errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EHOSTUNREACH):
		return "there is no route to it"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "it closed the connection without an answer"
	}
	if s := certificateFault(err); s != "" {
		return s
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return "no answer within " + took(p.limit)
	}
	return "no usable answer over HTTP"
}

// notAsked reports whether an address was left alone, which says nothing of how it is.
func notAsked(err error) bool {
	return errors.Is(err, errPrivate) || errors.Is(err, errReserved) || errors.Is(err, context.Canceled)
}

// certificateFault names what is wrong with a certificate; empty when something else is.
func certificateFault(err error) string {
	var invalid x509.CertificateInvalidError
	var host x509.HostnameError
	var unknown x509.UnknownAuthorityError
	var verify *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return fmt.Sprintf("its certificate is good only from %s to %s", date(invalid.Cert.NotBefore), date(invalid.Cert.NotAfter))
	case errors.As(err, &host):
		return "its certificate is for another host" + otherHosts(host.Certificate)
	case errors.As(err, &unknown):
		return "its certificate is signed by nobody whom this machine trusts"
	case errors.As(err, &invalid), errors.As(err, &verify):
		return "its certificate is not valid"
	case errors.As(err, &record):
		return "it does not speak TLS on this port"
	case errors.As(err, &alert):
		return "TLS failed: " + incident.Line(alert.Error(), 80)
	}
	return ""
}

// otherHosts names the hosts that a certificate is for.
func otherHosts(c *x509.Certificate) string {
	if c == nil || len(c.DNSNames) == 0 {
		return ""
	}
	s := ": " + incident.Line(c.DNSNames[0], 80)
	if n := len(c.DNSNames) - 1; n > 0 {
		s += " and " + count(n, "other")
	}
	return s
}
