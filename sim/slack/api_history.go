package slack

import (
	"cmp"
	"slices"

	"mayday/lazyregexp"
)

var tsForm = lazyregexp.New(`^\d{1,12}(\.\d{1,6})?$`)

// between reports whether a timestamp lies in the range of a call.
func between(ts string, a args) bool {
	after, before := a["oldest"], a["latest"]
	if a.yes("inclusive") {
		return (after == "" || compareTS(ts, after) >= 0) && (before == "" || compareTS(ts, before) <= 0)
	}
	return (after == "" || compareTS(ts, after) > 0) && (before == "" || compareTS(ts, before) < 0)
}

// compareTS compares timestamps as numbers; both may lack the fraction.
func compareTS(a, b string) int {
	whole := func(ts string) (string, string) {
		for i := range ts {
			if ts[i] == '.' {
				return ts[:i], (ts[i+1:] + "000000")[:6]
			}
		}
		return ts, "000000"
	}
	as, af := whole(a)
	bs, bf := whole(b)
	return cmp.Or(cmp.Compare(len(as), len(bs)), cmp.Compare(as, bs), cmp.Compare(af, bf))
}

func rangeError(a args) error {
	for key, code := range map[string]string{"oldest": "invalid_ts_oldest", "latest": "invalid_ts_latest"} {
		if a[key] != "" && !tsForm.MatchString(a[key]) {
			return fail(code)
		}
	}
	return nil
}

func (s *Sim) conversationsHistory(a args) (object, error) {
	c, err := s.reach(a["channel"], "history")
	switch {
	case err != nil:
		return nil, err
	case !c.has(botUser):
		return nil, fail("not_in_channel")
	}
	if err := rangeError(a); err != nil {
		return nil, err
	}
	var found []*Message
	for _, m := range slices.Backward(c.Messages) {
		if !m.Deleted && !m.Ephemeral && (m.Thread == "" || m.Broadcast) && between(m.TS, a) {
			found = append(found, m)
		}
	}
	return s.messagePage(found, a)
}

func (s *Sim) messagePage(found []*Message, a args) (object, error) {
	part, next, err := page(found, a)
	if err != nil {
		return nil, err
	}
	list := []object{}
	for _, m := range part {
		list = append(list, s.messageObject(m, a.yes("include_all_metadata")))
	}
	return object{"messages": list, "has_more": next != "", "pin_count": 0, "response_metadata": object{"next_cursor": next}}, nil
}

func (s *Sim) conversationsReplies(a args) (object, error) {
	c, err := s.reach(a["channel"], "history")
	switch {
	case err != nil:
		return nil, err
	case !c.has(botUser):
		return nil, fail("not_in_channel")
	}
	if err := rangeError(a); err != nil {
		return nil, err
	}
	parent := c.find(a["ts"])
	if parent == nil {
		return nil, fail("thread_not_found")
	}
	root := cmp.Or(parent.Thread, parent.TS)
	var found []*Message
	for _, m := range c.Messages {
		if m.Deleted || m.Ephemeral {
			continue
		}
		if m.TS == root || (m.Thread == root && between(m.TS, a)) {
			found = append(found, m)
		}
	}
	return s.messagePage(found, a)
}
