package store

import (
	"bytes"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"mayday/incident"
)

// Seen is an incident as it stood when somebody asked. All who ask while it stands so share it: it must not be written to.
type Seen struct {
	incident.Incident
	drawings *drawings // nil where nothing is shared
}

// Once is what draw makes of an incident at a moment, which all share who ask for it by the same name and of the same
// moment while the incident stands as it does. What is shared must not be written to.
func Once[T any](s Seen, name string, at time.Time, draw func() T) T {
	if s.drawings == nil {
		return draw()
	}
	s.drawings.mu.Lock()
	defer s.drawings.mu.Unlock()
	d, there := s.drawings.of[name]
	if drawn, ok := d.what.(T); there && ok && d.at.Equal(at) {
		return drawn
	}
	drawn := draw()
	if s.drawings.of == nil {
		s.drawings.of = map[string]drawing{}
	}
	s.drawings.of[name] = drawing{at, drawn}
	return drawn
}

// drawings are what was drawn of one state of an incident, the last of each name.
type drawings struct {
	mu sync.Mutex
	of map[string]drawing
}

type drawing struct {
	at   time.Time
	what any
}

const (
	// mostKept documents are kept at most, each some tens of kilobytes, and for keptFor after somebody asked for them last.
	mostKept = 32
	keptFor  = time.Minute
)

// kept are documents as they were read last, with what was made of them. Only a document that is read again, and is the
// same to the byte, is answered with one of them: a number that counts changes says nothing of a database that lost some.
// The zero value is ready; nil keeps nothing.
type kept struct {
	mu     sync.Mutex
	of     map[int64]*snapshot
	forget *time.Timer // set while something is kept
}

// snapshot is a document as it was stored, and what it means.
type snapshot struct {
	raw []byte
	document
	drawings drawings
	used     time.Time
}

// scan reads the number and the document of a row, which must be one of several: a lone one takes no bytes that are not copied.
func (k *kept) scan(row pgx.Row) (Seen, error) {
	var id int64
	var raw pgtype.DriverBytes
	if err := row.Scan(&id, &raw); err != nil {
		return Seen{}, err
	}
	s, err := k.read(id, raw)
	if err != nil {
		return Seen{}, err
	}
	return Seen{s.Incident, &s.drawings}, nil
}

// read gives what a document means, without reading it when it stands as it did. raw may be written to afterwards.
func (k *kept) read(id int64, raw []byte) (*snapshot, error) {
	if s := k.same(id, raw); s != nil {
		return s, nil
	}
	d, err := readDocument(raw)
	if err != nil {
		return nil, err
	}
	if k == nil {
		return &snapshot{document: d}, nil
	}
	s := &snapshot{raw: bytes.Clone(raw), document: d, used: time.Now()}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.of == nil {
		k.of = map[int64]*snapshot{}
	}
	k.of[id] = s
	if len(k.of) > mostKept {
		k.dropOldest()
	}
	if k.forget == nil {
		k.forget = time.AfterFunc(keptFor, k.tidy)
	}
	return s, nil
}

func (k *kept) same(id int64, raw []byte) *snapshot {
	if k == nil {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	s := k.of[id]
	if s == nil || !bytes.Equal(s.raw, raw) {
		return nil
	}
	s.used = time.Now()
	return s
}

func (k *kept) dropOldest() {
	var oldest int64
	for id, s := range k.of {
		if o := k.of[oldest]; o == nil || s.used.Before(o.used) {
			oldest = id
		}
	}
	delete(k.of, oldest)
}

// tidy lets go of what nobody asked for lately.
func (k *kept) tidy() {
	k.mu.Lock()
	defer k.mu.Unlock()
	for id, s := range k.of {
		if time.Since(s.used) >= keptFor {
			delete(k.of, id)
		}
	}
	if k.forget = nil; len(k.of) > 0 {
		k.forget = time.AfterFunc(keptFor, k.tidy)
	}
}
