package alerts

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// layouts in which senders write moments besides RFC 3339; without a zone it is UTC.
var layouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05.999-0700", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04:05 -0700", "2006-01-02 15:04:05 MST", time.RFC1123Z, time.RFC1123}

// moment reads a time: in one of the layouts, or as seconds or milliseconds since 1970.
// Anything else, and the year 1 which Alertmanager writes for "not yet", is the zero time.
func moment(s string) time.Time {
	s = strings.TrimSpace(s)
	if f, err := strconv.ParseFloat(s, 64); err == nil {
		switch {
		case f >= 1e12 && f < 1e14:
			return time.UnixMilli(int64(f)).UTC()
		case f >= 1e9 && f < 1e11:
			return time.Unix(int64(f), 0).UTC()
		}
		return time.Time{}
	}
	for _, l := range layouts {
		if t, err := time.Parse(l, s); err == nil && t.Year() > 1970 {
			return t.UTC()
		}
	}
	return time.Time{}
}

// digest is a key for what has none: the same words give the same key.
func digest(words ...string) string {
	h := sha256.New()
	for _, w := range words {
		h.Write([]byte(strconv.Itoa(len(w)) + ":" + w))
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// digestOf is digest of labels, in whatever order.
func digestOf(labels map[string]string, also ...string) string {
	for _, name := range slices.Sorted(maps.Keys(labels)) {
		also = append(also, name, labels[name])
	}
	return digest(also...)
}
