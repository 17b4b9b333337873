package slack

import (
	"strconv"
	"time"

	"mayday/sim/wire"
)

func (s *Sim) chatScheduleMessage(a args) (object, error) {
	at, err := strconv.ParseInt(a["post_at"], 10, 64)
	if err != nil {
		return nil, fail("invalid_time")
	}
	c, err := s.target(a["channel"])
	if err != nil {
		return nil, err
	}
	wait := time.Unix(at, 0).Sub(s.o.Clock())
	switch {
	case wait <= 0:
		return nil, fail("time_in_past")
	case wait > maxScheduled*time.Hour:
		return nil, fail("time_too_far")
	}
	m, err := s.content(a, maxMessageText)
	if err != nil {
		return nil, err
	}
	if m.Text == "" && m.Blocks == nil && m.Attachments == nil {
		return nil, fail("no_text")
	}
	if err := s.thread(c, m, a); err != nil {
		return nil, err
	}
	id := s.newID("Q")
	s.scheduled[id] = c.ID
	if m.Metadata == nil { // Slack: a scheduled message with metadata is never posted, a documented bug
		s.tasks.Go(func() { s.postLater(c, m, id, wait) })
	}
	return object{"channel": c.ID, "scheduled_message_id": id, "post_at": at, "message": s.messageObject(m, true)}, nil
}

func (s *Sim) postLater(c *conversation, m *Message, id string, wait time.Duration) {
	if !wire.Sleep(s.done, wait) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, still := s.scheduled[id]; still && !c.Archived {
		delete(s.scheduled, id)
		s.post(c, m)
	}
}

func (s *Sim) chatDeleteScheduledMessage(a args) (object, error) {
	channel, ok := s.scheduled[a["scheduled_message_id"]]
	if !ok || channel != a["channel"] {
		return nil, fail("invalid_scheduled_message_id")
	}
	delete(s.scheduled, a["scheduled_message_id"])
	return nil, nil
}
