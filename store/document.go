package store

import (
	"bytes"
	"encoding/json"
	"errors"

	"github.com/jackc/pgx/v5"

	"mayday/incident"
)

// document is an incident as it was read. A newer release may have written more
// into it than this one knows: that has to be there after the next write too.
type document struct {
	incident.Incident
	// whole is the document as it was stored; nil when nothing in it is unknown here.
	whole json.RawMessage
}

// readDocument reads what is stored of an incident.
func readDocument(raw []byte) (document, error) {
	var d document
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	if strict.Decode(&d.Incident) == nil {
		return d, nil
	}
	d = document{whole: bytes.Clone(raw)}
	return d, json.Unmarshal(raw, &d.Incident)
}

// scanDocument reads one; ErrNotFound when there is none.
func scanDocument(row pgx.Row) (document, error) {
	var raw []byte
	err := row.Scan(&raw)
	if errors.Is(err, pgx.ErrNoRows) {
		return document{}, ErrNotFound
	}
	if err != nil {
		return document{}, err
	}
	return readDocument(raw)
}

// with writes the incident as it is now, and what is unknown as it was.
func (d document) with(now incident.Incident) ([]byte, error) {
	return withUnknown(d.whole, d.Incident, now)
}

// withUnknown writes what a document is now, and what was stored of it (whole) and is unknown here as it was. was is
// what was understood of it; whole is nil when that is all.
func withUnknown(whole json.RawMessage, was, now any) ([]byte, error) {
	raw, err := json.Marshal(now)
	if err != nil || whole == nil {
		return raw, err
	}
	known, err := json.Marshal(was)
	if err != nil {
		return nil, err
	}
	var trees [3]any
	for i, text := range [][]byte{whole, known, raw} {
		numbers := json.NewDecoder(bytes.NewReader(text))
		numbers.UseNumber() // a float64 would change large ones
		if err := numbers.Decode(&trees[i]); err != nil {
			return nil, err
		}
	}
	return json.Marshal(keep(trees[0], trees[1], trees[2]))
}

// keep adds to a document what was stored of it and is in nothing that this release
// made of that. Elements of a list are told by their place: lists of an incident only grow.
func keep(stored, known, now any) any {
	switch now := now.(type) {
	case map[string]any:
		stored, ok := stored.(map[string]any)
		known, same := known.(map[string]any)
		if !ok || !same {
			return now
		}
		for k, v := range stored {
			was, understood := known[k]
			is, there := now[k]
			switch {
			case !understood && !there:
				now[k] = v
			case understood && there:
				now[k] = keep(v, was, is)
			}
		}
	case []any:
		stored, ok := stored.([]any)
		known, same := known.([]any)
		for i := 0; ok && same && i < min(len(stored), len(known), len(now)); i++ {
			now[i] = keep(stored[i], known[i], now[i])
		}
	}
	return now
}
