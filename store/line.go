package store

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"mayday/incident"
)

// Page reads an incident and every call of one of its pages, those that stand nowhere too; the errors are those of
// Incident. Who asks at the same time shares the round trip.
func (s *Store) Page(ctx context.Context, ref incident.Ref, page int) (incident.Incident, []Call, error) {
	got, err := s.pages.ask(ctx, pageOf{ref.Incident, page})
	if err != nil {
		return incident.Incident{}, nil, wrap(err, "read a page")
	}
	if got.doc == nil {
		return incident.Incident{}, nil, ErrNotFound
	}
	d, err := readDocument(got.doc)
	if err == nil && !ref.Means(d.Ref()) {
		return incident.Incident{}, nil, ErrAnother
	}
	return d.Incident, got.calls, wrap(err, "read a page")
}

// pageOf names a page.
type pageOf struct {
	incident int64
	page     int
}

// pageRead is what is stored of it; doc is nil when the incident is gone.
type pageRead struct {
	doc   []byte
	calls []Call
}

func (s *Store) readPages(ctx context.Context, asked []pageOf) ([]pageRead, error) {
	ids := make([]int64, len(asked))
	for i, p := range asked {
		ids[i] = p.incident
	}
	var docs map[int64][]byte
	var calls []Call
	err := s.proven(ctx, readWithin, func(b *pgx.Batch) {
		docs, calls = map[int64][]byte{}, nil
		queueDocs(b, docs, `where id = any($1)`, ids)
		b.Queue(selectCalls+`where incident_id = any($1) and surface like 'page/%' order by surface`, ids).Query(func(rows pgx.Rows) (err error) {
			calls, err = scanCalls(rows)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	list := make([]pageRead, len(asked))
	for i, p := range asked {
		list[i].doc = docs[p.incident]
		for _, c := range calls {
			if c.Incident == p.incident && c.Page == p.page {
				list[i].calls = append(list[i].calls, c)
			}
		}
	}
	return list, nil
}

// readWithin is how long a read for many may take: documents of a whole storm may be among it.
const readWithin = 3 * time.Second

// Line is what is known of a direct conversation in which somebody is to be called.
type Line struct {
	// Calls wait there and stand nowhere yet, or of that it is not known, of incidents that go on, 200 at most: P0 before
	// P1, or whatever comes first in the alphabet, and the oldest incident first; and the call that was asked about as it stands,
	// last when it is none of those.
	Calls []Call
	// Incidents of the calls, by their numbers; one that is gone is left out.
	Incidents map[int64]incident.Incident
	// Share reports whether one message may stand for several pages: a replica of the release before this one that draws one
	// of them writes over the others, so none may as long as such a replica is there.
	Share bool
}

// Line reads the line of a direct conversation, and what is known of a call that may not stand in it. Who asks at the
// same time shares the round trip.
func (s *Store) Line(ctx context.Context, channel string, mine Call) (Line, error) {
	got, err := s.reads.ask(ctx, lineOf{channel, mine})
	if err != nil {
		return Line{}, wrap(err, "read calls")
	}
	l := Line{Calls: got.calls, Incidents: map[int64]incident.Incident{}, Share: got.share}
	for _, c := range l.Calls {
		raw, there := got.docs[c.Incident]
		if _, known := l.Incidents[c.Incident]; known || !there {
			continue
		}
		d, err := readDocument(raw)
		if err != nil {
			return Line{}, wrap(err, "read calls")
		}
		l.Incidents[c.Incident] = d.Incident
	}
	return l, nil
}

// lineOf asks for a line and a call.
type lineOf struct {
	channel string
	mine    Call
}

// lineRead is what is stored of them; the documents are of all lines that were read with it.
type lineRead struct {
	calls []Call
	docs  map[int64][]byte
	share bool
}

// inLine is a condition of the calls of a line.
const inLine = `ts = '' and surface like 'page/%' and i.status in ('open', 'investigating', 'identified', 'monitoring') order by i.severity, incident_id, surface limit 200`

func (s *Store) readLines(ctx context.Context, asked []lineOf) ([]lineRead, error) {
	channels, mine := make([]string, len(asked)), make([]Call, len(asked))
	for i, l := range asked {
		channels[i], mine[i] = l.channel, l.mine
	}
	ids, surfaces := columnsOf(mine)
	var docs map[int64][]byte
	var waiting, known []Call
	var share bool
	err := s.proven(ctx, readWithin, func(b *pgx.Batch) {
		docs = map[int64][]byte{}
		b.Queue(`select l.* from (select distinct unnest($1::text[]) as name) as c cross join lateral (
			`+selectCalls+`join mayday.incident i on i.id = incident_id where channel = c.name and `+inLine+`) l`, channels).Query(func(rows pgx.Rows) (err error) {
			waiting, err = scanCalls(rows)
			return err
		})
		b.Queue(selectCalls+`where (incident_id, surface) in (select * from unnest($1::bigint[], $2::text[]))`, ids, surfaces).Query(func(rows pgx.Rows) (err error) {
			known, err = scanCalls(rows)
			return err
		})
		queueDocs(b, docs, `where id = any($1) or id in (select l.id from unnest($2::text[]) as c (name) cross join lateral (
			select i.id from mayday.surface join mayday.incident i on i.id = incident_id where channel = c.name and `+inLine+`) l)`, ids, channels)
		b.Queue(`select not exists (select from mayday.replica where not shares_messages)`).QueryRow(func(row pgx.Row) error { return row.Scan(&share) })
	})
	if err != nil {
		return nil, err
	}
	list := make([]lineRead, len(asked))
	for i, l := range asked {
		list[i] = lineRead{docs: docs, share: share}
		for _, c := range waiting {
			if c.Channel == l.channel && !c.Same(l.mine) {
				list[i].calls = append(list[i].calls, c)
			}
		}
		list[i].calls = append(list[i].calls, asStored(l.mine, known))
	}
	return list, nil
}

// asStored is a call as a list has it, with nothing standing when it is not in it.
func asStored(c Call, list []Call) Call {
	c.Shown = Shown{}
	if i := slices.IndexFunc(list, c.Same); i >= 0 {
		return list[i]
	}
	return c
}

// queueDocs reads documents as part of a batch, by the numbers of their incidents.
func queueDocs(b *pgx.Batch, docs map[int64][]byte, where string, args ...any) {
	b.Queue(`select id, doc from mayday.incident `+where, args...).Query(func(rows pgx.Rows) error {
		var id int64
		var doc []byte
		_, err := pgx.ForEachRow(rows, []any{&id, &doc}, func() error {
			docs[id] = doc
			return nil
		})
		return err
	})
}
