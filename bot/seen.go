package bot

import (
	"crypto/sha256"
	"time"
)

// seen recognises the keys of requests that were answered, for as long as Slack may deliver them again. It keeps
// nothing else of them, and of a key only the first half of its SHA-256. The zero value is not ready: span must be set.
type seen struct {
	// span is how long a key is recognised at least; at most it is twice that.
	span         time.Duration
	since        time.Time // when recent was begun
	recent, past map[mark]struct{}
}

type mark [sha256.Size / 2]byte

func markOf(key string) mark {
	sum := sha256.Sum256([]byte(key))
	return mark(sum[:len(mark{})])
}

// add remembers keys.
func (s *seen) add(keys []string, now time.Time) {
	s.age(now)
	if s.recent == nil {
		s.recent, s.since = make(map[mark]struct{}), now
	}
	for _, k := range keys {
		s.recent[markOf(k)] = struct{}{}
	}
}

// any reports whether one of the keys is known.
func (s *seen) any(keys []string, now time.Time) bool {
	s.age(now)
	for _, k := range keys {
		m := markOf(k)
		if _, known := s.recent[m]; known {
			return true
		}
		if _, known := s.past[m]; known {
			return true
		}
	}
	return false
}

// age lets go of what is older than span. Whole maps are dropped, because a map does not shrink.
func (s *seen) age(now time.Time) {
	switch age := now.Sub(s.since); {
	case age > 2*s.span:
		s.recent, s.past = nil, nil
	case age > s.span:
		s.recent, s.past = nil, s.recent
	}
}
