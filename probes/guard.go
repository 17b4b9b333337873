package probes

import (
	"context"
	"errors"
	"net/netip"
	"syscall"
)

// errPrivate is why an address was not dialled.
var errPrivate = errors.New("the address is not a public one")

// guard is asked for every connection, after the name was resolved: whatever a
// name or a redirect promised, this is where the packets would go.
func (p *Prober) guard(_ context.Context, _, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil || !p.permit(a) {
		return errPrivate
	}
	return nil
}

// closed are the blocks that IANA's special-purpose registries (RFC 6890 and
// its updates) do not give to the public Internet.
var closed = func() (ps []netip.Prefix) {
	for _, s := range []string{
		"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
		"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
		// Of IPv6 only global unicast is open, and in it not what embeds or tunnels other addresses.
		"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
	} {
		ps = append(ps, netip.MustParsePrefix(s))
	}
	return ps
}()

var globalUnicast = netip.MustParsePrefix("2000::/3")

// nat64 are the prefixes behind which a network reaches IPv4 from IPv6, NAT64 and 464XLAT
// alike: the well-known one (RFC 6052) and the one for local use (RFC 8215).
var nat64, nat64Local = netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48")

// translated gives the IPv4 address that a translator would send to. In the local
// prefix it stands behind 96 bits, or from the 49th on around the bits 64 to 71, which
// are zero (RFC 6052, section 2.2); what is neither is none.
func translated(a netip.Addr) (netip.Addr, bool) {
	if !a.Is6() {
		return a, false
	}
	b := a.As16()
	zero := func(from, to int) bool {
		for _, x := range b[from:to] {
			if x != 0 {
				return false
			}
		}
		return true
	}
	switch {
	case nat64.Contains(a), nat64Local.Contains(a) && zero(6, 12):
		return netip.AddrFrom4([4]byte(b[12:16])), true
	case nat64Local.Contains(a) && zero(8, 9) && zero(11, 16):
		return netip.AddrFrom4([4]byte{b[6], b[7], b[9], b[10]}), true
	}
	return a, false
}

// isPublic admits the addresses of the public Internet only. One of IPv4 in
// IPv6 clothes ("::ffff:10.0.0.1", "64:ff9b::10.0.0.1") is judged as what it is.
func isPublic(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	if inside, ok := translated(a); ok {
		a = inside
	}
	if a.Is6() && !globalUnicast.Contains(a) {
		return false
	}
	for _, c := range closed {
		if c.Contains(a) {
			return false
		}
	}
	return a.IsValid()
}
