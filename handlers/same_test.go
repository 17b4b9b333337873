package handlers

import (
	"bytes"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"mayday/bot"
	"mayday/store/storetest"
)

// TestADeclarationIsComparedWithWhatIsOpen: however much is over since, never with itself, and not while nobody can tell.
func TestADeclarationIsComparedWithWhatIsOpen(t *testing.T) {
	t.Parallel()
	b := newBrink(t)
	command := func(key string) bot.Request {
		return bot.Request{Kind: bot.Command, Text: "p1 site-down gone", User: "U0ANA01", Channel: elsewhere, Keys: []string{key}}
	}
	assert.Contains(t, b.h.Handle(t.Context(), command("first")).Text, "is opening")
	open := b.newest()
	b.opens(open, "C0FIRST", "")
	assert.Contains(t, b.h.Handle(t.Context(), command("first")).Text, "is declared already: <#C0FIRST>", "it came once more")
	for range mostCompared + 1 {
		b.declare([]string{"resolve rolled back"})
	}
	before, said := b.newest(), ""
	for i := range 20 { // on a slow machine what is open is not known in time, and so it is declared
		if said = b.h.Handle(t.Context(), command(fmt.Sprint("second ", i))).Text; !strings.Contains(said, "is opening") {
			break
		}
		before = b.newest()
		channel := fmt.Sprint("C0AGAIN", i)
		b.opens(before, channel, "")
		answer(t, b.h, bot.Request{Kind: bot.Command, Text: "resolve rolled back"}, "U0ANA01", channel)
	}
	assert.Contains(t, said, "Join it, or declare another?")
	assert.Equal(t, before, b.newest())

	for question, of := range map[string]string{"what is open": "select id, doc from mayday.incident", "what was delivered": "select exists (select from mayday.delivery"} {
		var lost atomic.Bool
		b.h.Store.Pool().Reset() // on a new connection a question is sent with its words
		b.wire.Tap(func(m storetest.Message) storetest.Fate {
			if !m.FromServer && bytes.Contains(m.Body, []byte(of)) {
				lost.Store(true)
				return storetest.LostWhole
			}
			return storetest.Delivered
		})
		for i := 0; i < 20 && !lost.Load(); i++ { // on a slow machine the time may be over before it is asked
			assert.Contains(t, b.h.Handle(t.Context(), command(fmt.Sprint(question, i))).Text, "is opening", question)
		}
		b.wire.Tap(nil)
		assert.True(t, lost.Load(), question)
	}
	assert.Less(t, sameTime, time.Second, "the acknowledgement waits for it")
}
