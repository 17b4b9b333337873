package blocks

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/slack-go/slack"

	"mayday/incident"
	"mayday/lazyregexp"
)

// ringing are the tokens by which Slack notifies somebody (Slack: formatting text).
var ringing = lazyregexp.New(`<(@[UW][A-Z0-9]+|!subteam\^S[A-Z0-9]+)(?:\|[^>]*)?>`)

// Hushed is a message in which nobody is mentioned: people stand in it by the name that
// name gives for their id, and user groups as such. It looks the same in all other ways.
func Hushed(m Message, name func(incident.Person) string) Message {
	hush := func(s string) string {
		return shorten(ringing.ReplaceAllStringFunc(s, func(token string) string {
			id, isPerson := strings.CutPrefix(strings.Trim(token, "<>"), "@")
			if !isPerson {
				return "a user group"
			}
			id, _, _ = strings.Cut(id, "|")
			return line(name(id), 80)
		}), maxText)
	}
	out := Message{Text: hush(m.Text)}
	for _, b := range m.Blocks {
		out.Blocks = append(out.Blocks, hushedBlock(b, hush))
	}
	return out
}

// hushedBlock rewrites every text of a block, of whatever type it is. One that cannot be
// read stays as it is: mayday made it, and it is Slack that would refuse it.
func hushedBlock(b slack.Block, hush func(string) string) slack.Block {
	raw, err := json.Marshal(b)
	if err != nil {
		return b
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return b
	}
	raw, err = json.Marshal(hushTexts(v, hush))
	if err != nil {
		return b
	}
	return hushedJSON{b, raw}
}

// hushTexts rewrites what stands under "text" anywhere in a block.
func hushTexts(v any, hush func(string) string) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = hushTexts(v[i], hush)
		}
	case map[string]any:
		for k, x := range v {
			if s, ok := x.(string); ok && k == "text" {
				v[k] = hush(s)
			} else {
				v[k] = hushTexts(x, hush)
			}
		}
	}
	return v
}

// hushedJSON is a block as it was rewritten.
type hushedJSON struct {
	slack.Block
	raw json.RawMessage
}

// MarshalJSON gives the block as Slack takes it.
func (b hushedJSON) MarshalJSON() ([]byte, error) { return b.raw, nil }
