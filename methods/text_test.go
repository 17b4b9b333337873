package methods

import (
	"encoding/xml"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestOneTextHoldsIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := Message{Number: rapid.Int64Range(1, 1e6).Draw(t, "number"), Severity: rapid.SampledFrom([]string{"P0", "Critical", "严重"}).Draw(t, "severity"),
			Title:  rapid.OneOf(rapid.StringMatching(`[ -~]{0,120}`), rapid.StringN(0, 120, -1), rapid.SampledFrom([]string{"“Größe” — naïve…", strings.Repeat("结账", 60), strings.Repeat("€{", 60)})).Draw(t, "title"),
			Others: rapid.SliceOfN(rapid.SampledFrom([]string{"Ana Ruiz", "Łukasz", "陈"}), 0, 6).Draw(t, "others")}
		if rapid.Bool().Draw(t, "linked") {
			m.Link = "https://mayday.acme.dev/ack/Yk3b9Qw0aJ7sE2mN5pX1zg"
		}
		s := m.SMS()
		if n := gsm(s); n >= 0 {
			require.LessOrEqual(t, n, oneText, s)
		} else {
			require.LessOrEqual(t, len(utf16.Encode([]rune(s))), oneTextUCS2, s)
		}
		require.NotContains(t, s, "\n\n")
		var into any
		require.NoError(t, xml.Unmarshal([]byte(m.TwiML()), &struct{ XMLName xml.Name }{}), "%v", into)
	})
}

func TestWhatATextLeavesOut(t *testing.T) {
	m := Message{Number: 42, Severity: "P0", Title: strings.Repeat("checkout ", 12), Others: []string{"Ben", "Chidi"}}
	assert.NotContains(t, m.SMS(), "Ben", "the others go first")
	assert.Contains(t, m.SMS(), "Reply 42")
	m.Title = "Größe “x” über łódź"
	assert.Contains(t, m.SMS(), `Größe "x" über lódz`[:0]+`Größe`, "what GSM-7 has stays")
	m.Title = "結帳 is down"
	assert.Contains(t, m.SMS(), "結帳")
	assert.Contains(t, m.SMS(), "Reply 42")
}

func TestReadReply(t *testing.T) {
	for body, want := range map[string][3]bool{ // ack, plain, ok
		"42": {true, false, true}, "#42": {true, false, true}, "ack": {true, true, true}, "OK!": {true, true, true}, "Yes.": {true, true, true}, "ack 42": {true, false, true},
		"On it": {true, true, true}, "👍": {true, true, true}, "no": {false, true, true}, "Can’t": {false, true, true}, "no 42": {false, false, true}, "I can't": {false, true, true},
		"43": {}, "ok 43": {}, "42 43": {}, "who is this?": {false, true, false}, "": {false, true, false}, "STOP": {false, true, false}, "ok but not now": {false, true, false},
	} {
		ack, plain, ok := ReadReply(body, 42)
		assert.Equal(t, want, [3]bool{ack, plain, ok}, body)
	}
}

func TestAPrivateIncidentSaysNothingAloud(t *testing.T) {
	m := Message{Number: 42, Severity: "P0"}
	assert.Equal(t, "mayday: P0 #42. Reply 42 to acknowledge, no if you can't", m.SMS())
	assert.Equal(t, "P0 #42\nAcknowledge in Slack.", m.Long())
	assert.Equal(t, "Drill. P0 #42", Message{Number: 42, Severity: "P0", Drill: true}.Head())
}
