package handlers

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/bot"
	"mayday/bot/blocks"
	"mayday/incident"
)

// TestWhatOfALineIsNotUnderstood: the words that its verb does nothing with.
func TestWhatOfALineIsNotUnderstood(t *testing.T) {
	for _, verb := range []string{"ack", "decline", "onmyway", "testpage", "private", "sent", "close", "export", "postmortem", "steps", "investigating", "identified", "monitoring", "list", "matrix", "doctor", "access"} {
		assert.Equal(t, "one 2", leftOver(line{verb, "one 2"}), verb)
	}
	for text, want := range map[string]string{
		"contacts 2": "", "contacts cto 2": "cto", "dashboards x": "x", "statuspages x 1": "x",
		"unmute": "", "unmute 1": "", "unmute 1 now please": "now please",
		"mute": "", "mute end": "", "mute End 1": "", "mute end 1 now": "now", "mute sentry 2h why": "",
		"undo": "", "undo 1": "", "undo 1 now": "now", "undo now": "now",
		"step 1 undo": "", "step undo 1": "", "step 1 undo now": "now", "step undo": "", "step 1 blocked undo it": "", "step undo now": "now",
		"note whatever": "", "step 1 done fine": "",
	} {
		assert.Equal(t, want, leftOver(parse(text)), text)
	}
}

// TestWhatIsLeftOutIsSaidBesideAnAnswer, but not where a form opens, which says nothing itself.
func TestWhatIsLeftOutIsSaidBesideAnAnswer(t *testing.T) {
	form := (&Handlers{}).openModal(bot.Request{}, blocks.SkipModal(incident.Incident{}, blocks.Target{}))
	assert.Nil(t, without(form, "please").Blocks)
	assert.Equal(t, say(blocks.DoctorLooks()), without(say(blocks.DoctorLooks()), " "))
	looks := say(blocks.DoctorLooks())
	looks.After = form.After
	for _, reply := range []bot.Reply{looks, say(blocks.DoctorLooks()), {}} {
		assert.Contains(t, inJSON(t, without(reply, "r&amp;d").Blocks), `Ignored: r\u0026amp;d`)
		assert.Contains(t, without(reply, "r&amp;d").Text, "Ignored")
	}
}

func TestSmallWordsAroundANameSayNothing(t *testing.T) {
	assert.Empty(t, meaningful("to for as the role is me myself now, please and & To."))
	assert.Equal(t, "ben because", meaningful("to ben now because"))
}
