package slack

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/sim/wire"
)

func x(n int) string { return strings.Repeat("x", n) }

// many joins n copies; %d in the copy is its number.
func many(n int, one string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = strings.ReplaceAll(one, "%d", fmt.Sprint(i))
	}
	return strings.Join(all, ",")
}

func section(text string) string {
	return `{"type":"section","text":{"type":"mrkdwn","text":"` + text + `"}}`
}

func plain(text string) string { return `{"type":"plain_text","text":"` + text + `"}` }

func actions(elements string) string { return `{"type":"actions","elements":[` + elements + `]}` }

func input(element string) string {
	return `{"type":"input","label":` + plain("Label") + `,"element":` + element + `}`
}

func table(rows string) string { return `{"type":"table","rows":[` + rows + `]}` }

const cell = `{"type":"raw_text","text":"a"}`

func optionJSON(text, value string) string {
	return `{"text":` + plain(text) + `,"value":"` + value + `"}`
}

var button = `{"type":"button","text":` + plain("Go") + `}`

var blockCases = []struct {
	name   string
	blocks string
	code   string // "" is accepted
	says   string // part of the first problem
}{
	{"no blocks", ``, "", ""},
	{"50 blocks", many(50, `{"type":"divider"}`), "", ""},
	{"51 blocks", many(51, `{"type":"divider"}`), "invalid_blocks", "no more than 50 items allowed [json-pointer:/blocks]"},
	{"unknown type", `{"type":"sparkle"}`, "invalid_blocks", "unsupported type: sparkle [json-pointer:/blocks/0/type]"},
	{"no type", `{"text":"x"}`, "invalid_blocks", "missing required field: type"},
	{"not an object", `"x"`, "invalid_blocks", "must be an object [json-pointer:/blocks/0]"},
	{"unknown property", `{"type":"divider","colour":"red"}`, "invalid_blocks", "invalid additional property: colour"},
	{"block id 255", `{"type":"divider","block_id":"` + x(255) + `"}`, "", ""},
	{"block id 256", `{"type":"divider","block_id":"` + x(256) + `"}`, "invalid_blocks", "less than 256 characters [json-pointer:/blocks/0/block_id]"},
	{"block id twice", `{"type":"divider","block_id":"a"},{"type":"divider","block_id":"a"}`, "invalid_blocks", "`block_id` must be unique: a [json-pointer:/blocks/1/block_id]"},
	{"alert in a message", `{"type":"alert"}`, "invalid_blocks", "unsupported type: alert"},

	{"section 3000", section(x(3000)), "", ""},
	{"section 3001", section(x(3001)), "invalid_blocks", "failed to match all allowed schemas [json-pointer:/blocks/0/text]"},
	{"section counts runes", section(strings.Repeat("é", 3000)), "", ""},
	{"section empty", section(""), "invalid_blocks", "failed to match all allowed schemas"},
	{"section of nothing", `{"type":"section"}`, "invalid_blocks", "missing required field: text or fields"},
	{"section 10 fields", `{"type":"section","fields":[` + many(10, plain("x")) + `]}`, "", ""},
	{"section 11 fields", `{"type":"section","fields":[` + many(11, plain("x")) + `]}`, "invalid_blocks", "no more than 10 items allowed [json-pointer:/blocks/0/fields]"},
	{"field 2001", `{"type":"section","fields":[` + plain(x(2001)) + `]}`, "invalid_blocks", "[json-pointer:/blocks/0/fields/0]"},
	{"emoji in mrkdwn", `{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}`, "invalid_blocks", "invalid additional property: emoji"},
	{"verbatim in plain text", `{"type":"section","text":{"type":"plain_text","text":"x","verbatim":true}}`, "invalid_blocks", "invalid additional property: verbatim"},
	{"text of another kind", `{"type":"section","text":{"type":"html","text":"x"}}`, "invalid_blocks", "must be one of: plain_text, mrkdwn"},
	{"text as a string", `{"type":"section","text":"x"}`, "invalid_blocks", "must provide an object"},
	{"input as accessory", `{"type":"section","text":` + plain("x") + `,"accessory":{"type":"plain_text_input"}}`, "invalid_blocks", "unsupported type: plain_text_input [json-pointer:/blocks/0/accessory/type]"},

	{"header 150", `{"type":"header","text":` + plain(x(150)) + `}`, "", ""},
	{"header 151", `{"type":"header","text":` + plain(x(151)) + `}`, "invalid_blocks", "[json-pointer:/blocks/0/text]"},
	{"header mrkdwn", `{"type":"header","text":{"type":"mrkdwn","text":"x"}}`, "invalid_blocks", "must be one of: plain_text"},
	{"header level 5", `{"type":"header","level":5,"text":` + plain("x") + `}`, "invalid_blocks", "must be between 1 and 4"},
	{"context 10", `{"type":"context","elements":[` + many(10, plain("x")) + `]}`, "", ""},
	{"context 11", `{"type":"context","elements":[` + many(11, plain("x")) + `]}`, "invalid_blocks", "no more than 10 items"},
	{"context empty", `{"type":"context","elements":[]}`, "invalid_blocks", "no fewer than 1 items"},
	{"image", `{"type":"image","image_url":"https://example.com/a.png","alt_text":"a"}`, "", ""},
	{"image without alt", `{"type":"image","image_url":"https://example.com/a.png"}`, "invalid_blocks", "missing required field: alt_text"},
	{"image of no address", `{"type":"image","image_url":"a.png","alt_text":"a"}`, "invalid_blocks", "must be a valid URL"},

	{"25 buttons", actions(many(25, button)), "", ""},
	{"26 buttons", actions(many(26, button)), "invalid_blocks", "no more than 25 items"},
	{"no buttons", actions(""), "invalid_blocks", "no fewer than 1 items"},
	{"action id twice", actions(many(2, `{"type":"button","action_id":"a","text":`+plain("x")+`}`)), "invalid_blocks", "`action_id` must be unique in its block: a [json-pointer:/blocks/0/elements/1/action_id]"},
	{"action id in two blocks", many(2, actions(`{"type":"button","action_id":"a","text":`+plain("x")+`}`)), "", ""},
	{"action id 256", actions(`{"type":"button","action_id":"` + x(256) + `","text":` + plain("x") + `}`), "invalid_blocks", "less than 256"},
	{"button text 75", actions(`{"type":"button","text":` + plain(x(75)) + `}`), "", ""},
	{"button text 76", actions(`{"type":"button","text":` + plain(x(76)) + `}`), "invalid_blocks", "[json-pointer:/blocks/0/elements/0/text]"},
	{"button value 2001", actions(`{"type":"button","value":"` + x(2001) + `","text":` + plain("x") + `}`), "invalid_blocks", "less than 2001"},
	{"button style", actions(`{"type":"button","style":"loud","text":` + plain("x") + `}`), "invalid_blocks", "must be one of: primary, danger"},
	{"button to javascript", actions(`{"type":"button","url":"javascript:x","text":` + plain("x") + `}`), "invalid_blocks", "must be a valid URL"},
	{"confirm title 101", actions(`{"type":"button","text":` + plain("x") + `,"confirm":{"title":` + plain(x(101)) + `,"text":` + plain("x") + `,"confirm":` + plain("x") + `,"deny":` + plain("x") + `}}`), "invalid_blocks", "confirm/title"},
	{"confirm without deny", actions(`{"type":"button","text":` + plain("x") + `,"confirm":{"title":` + plain("x") + `,"text":` + plain("x") + `,"confirm":` + plain("x") + `}}`), "invalid_blocks", "missing required field: deny"},

	{"100 options", actions(`{"type":"static_select","options":[` + many(100, optionJSON("o%d", "v%d")) + `]}`), "", ""},
	{"101 options", actions(`{"type":"static_select","options":[` + many(101, optionJSON("o%d", "v%d")) + `]}`), "invalid_blocks", "no more than 100 items"},
	{"no options", actions(`{"type":"static_select"}`), "invalid_blocks", "must have exactly one of"},
	{"option text 76", actions(`{"type":"static_select","options":[` + optionJSON(x(76), "v") + `]}`), "invalid_blocks", "options/0/text"},
	{"option value 151", actions(`{"type":"static_select","options":[` + optionJSON("o", x(151)) + `]}`), "invalid_blocks", "less than 151"},
	{"first option unknown", actions(`{"type":"static_select","initial_option":` + optionJSON("b", "b") + `,"options":[` + optionJSON("a", "a") + `]}`), "invalid_blocks", "must exactly match"},
	{"placeholder 151", actions(`{"type":"users_select","placeholder":` + plain(x(151)) + `}`), "invalid_blocks", "placeholder"},
	{"11 checkboxes", actions(`{"type":"checkboxes","options":[` + many(11, optionJSON("o%d", "v%d")) + `]}`), "invalid_blocks", "no more than 10 items"},
	{"no initial checkboxes", actions(`{"type":"checkboxes","initial_options":[],"options":[` + optionJSON("a", "a") + `]}`), "invalid_blocks", "must not be empty"},
	{"6 in overflow", actions(`{"type":"overflow","options":[` + many(6, optionJSON("o%d", "v%d")) + `]}`), "invalid_blocks", "no more than 5 items"},
	{"date form", actions(`{"type":"datepicker","initial_date":"24.11.2026"}`), "invalid_blocks", "YYYY-MM-DD"},
	{"input", input(`{"type":"plain_text_input","max_length":3000}`), "", ""},
	{"input max length", input(`{"type":"plain_text_input","max_length":3001}`), "invalid_blocks", "must be between 1 and 3000"},
	{"button as input", input(button), "invalid_blocks", "unsupported type: button"},
	{"file input in a message", input(`{"type":"file_input"}`), "invalid_blocks", "unsupported type: file_input in a message"},

	{"table", table(`[` + cell + `,` + cell + `]`), "", ""},
	{"two tables", table(`[`+cell+`]`) + `,` + table(`[`+cell+`]`), "invalid_attachments", "only_one_table_allowed"},
	{"101 rows", table(many(101, `[`+cell+`]`)), "invalid_blocks", "no more than 100 items"},
	{"21 cells", table(`[` + many(21, cell) + `]`), "invalid_blocks", "no more than 20 items"},
	{"empty cell", table(`[{"type":"raw_text","text":""}]`), "invalid_blocks", "must be more than 0 characters"},
	{"10,001 characters", table(`[{"type":"raw_text","text":"` + x(6000) + `"},{"type":"raw_text","text":"` + x(4001) + `"}]`), "invalid_blocks", "all cells together"},
	{"column settings", `{"type":"table","column_settings":[null,{"align":"right","is_wrapped":true}],"rows":[[` + cell + `,` + cell + `]]}`, "", ""},
	{"column align", `{"type":"table","column_settings":[{"align":"top"}],"rows":[[` + cell + `]]}`, "invalid_blocks", "left, center, right"},

	{"markdown 12,000", `{"type":"markdown","text":"` + x(12000) + `"}`, "", ""},
	{"markdown 12,001", `{"type":"markdown","text":"` + x(12001) + `"}`, "invalid_blocks", "less than 12001"},
	{"markdown together", many(2, `{"type":"markdown","text":"`+x(6001)+`"}`), "invalid_blocks", "together"},
	{"13,200 in all", many(4, section(x(3000))) + `,` + section(x(1200)), "", ""},
	{"13,201 in all", many(4, section(x(3000))) + `,` + section(x(1201)), "msg_blocks_too_long", ""},

	{"rich text", `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a","style":{"bold":true}},{"type":"user","user_id":"U1"}]},{"type":"rich_text_preformatted","elements":[{"type":"text","text":"b"}]},{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"link","url":"https://example.com"}]}]}]}`, "", ""},
	{"empty rich text", `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":""}]}]}`, "invalid_blocks", "must be more than 0 characters"},
	{"unknown rich text", `{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"shout"}]}]}`, "invalid_blocks", "unsupported type: shout"},
	{"not JSON", `{`, "invalid_blocks_format", ""},
}

func TestBlockLimits(t *testing.T) {
	for _, c := range blockCases {
		t.Run(c.name, func(t *testing.T) {
			_, _, bad := checkBlocks([]byte(`[`+c.blocks+`]`), onMessage, "/blocks")
			if c.code == "" {
				assert.Nil(t, bad)
				return
			}
			require.NotNil(t, bad)
			assert.Equal(t, c.code, bad.code)
			if c.says != "" {
				require.NotEmpty(t, bad.problems)
				assert.Contains(t, bad.problems[0], c.says)
			}
		})
	}
}

func TestViewLimits(t *testing.T) {
	modal := func(more, blocks string) string {
		return `{"type":"modal","title":` + plain("Title") + more + `,"blocks":[` + blocks + `]}`
	}
	field := input(`{"type":"plain_text_input"}`)
	cases := []struct{ name, view, code, says string }{
		{"modal", modal(`,"submit":`+plain("Go"), field), "", ""},
		{"100 blocks", modal("", many(100, `{"type":"divider"}`)), "", ""},
		{"101 blocks", modal("", many(101, `{"type":"divider"}`)), "invalid_arguments", "no more than 100 items"},
		{"no submit", modal("", field), "invalid_arguments", "submit is required"},
		{"title 24", `{"type":"modal","title":` + plain(x(24)) + `,"blocks":[]}`, "", ""},
		{"title 25", `{"type":"modal","title":` + plain(x(25)) + `,"blocks":[]}`, "invalid_arguments", "[json-pointer:/view/title]"},
		{"no title", `{"type":"modal","blocks":[]}`, "invalid_arguments", "missing required field: title"},
		{"close 25", modal(`,"close":`+plain(x(25)), ""), "invalid_arguments", "/view/close"},
		{"metadata 3000", modal(`,"private_metadata":"`+x(3000)+`"`, ""), "", ""},
		{"metadata 3001", modal(`,"private_metadata":"`+x(3001)+`"`, ""), "invalid_arguments", "less than 3001 characters [json-pointer:/view/private_metadata]"},
		{"callback 256", modal(`,"callback_id":"`+x(256)+`"`, ""), "invalid_arguments", "callback_id"},
		{"no blocks", `{"type":"modal","title":` + plain("x") + `}`, "invalid_arguments", "missing required field: blocks"},
		{"table in a modal", modal("", table(`[`+cell+`]`)), "invalid_arguments", "unsupported type: table in a modal"},
		{"unknown property", modal(`,"colour":"red"`, ""), "invalid_arguments", "invalid additional property: colour"},
		{"home", `{"type":"home","blocks":[` + section("x") + `]}`, "", ""},
		{"home with a title", `{"type":"home","title":` + plain("x") + `,"blocks":[]}`, "invalid_arguments", "invalid additional property: title"},
		{"long texts", modal("", many(20, section(x(3000)))), "", ""},
		{"too large", modal("", many(90, section(x(3000)))), "view_too_large", ""},
		{"another type", `{"type":"drawer","blocks":[]}`, "invalid_arguments", "must be one of: modal, home"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := readView(json.RawMessage(c.view), "modal", "home")
			if c.code == "" {
				assert.NoError(t, err)
				return
			}
			var bad *apiError
			require.ErrorAs(t, err, &bad)
			assert.Equal(t, c.code, bad.code)
			assert.Contains(t, wire.Encode(bad.extra), wire.Encode(c.says)[1:len(wire.Encode(c.says))-1])
		})
	}
}

// What slack-go makes must pass: a rule that refuses it would be stricter than any program can be.
func TestSlackGoBlocksPass(t *testing.T) {
	text := slack.NewTextBlockObject(slack.MarkdownType, "x", false, true)
	label := slack.NewTextBlockObject(slack.PlainTextType, "x", true, false)
	option := slack.NewOptionBlockObject("v", label, nil)
	button := slack.NewButtonBlockElement("go", "1", label).WithStyle(slack.StyleDanger).WithConfirm(slack.NewConfirmationBlockObject(label, text, label, label))
	table := slack.NewTableBlock("t").AddRow(slack.NewTableRawTextCell("a"), slack.NewTableRawTextCell("b"))
	blocks := []slack.Block{
		slack.NewHeaderBlock(label), slack.NewDividerBlock(), slack.NewSectionBlock(text, []*slack.TextBlockObject{text}, slack.NewAccessory(button)),
		slack.NewContextBlock("c", text, slack.NewImageBlockElement("https://example.com/a.png", "a")),
		slack.NewActionBlock("a", slack.NewButtonBlockElement("b", "1", label), slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, label, "s", option),
			slack.NewOptionsSelectBlockElement(slack.OptTypeUser, label, "u"), slack.NewCheckboxGroupsBlockElement("k", option), slack.NewRadioButtonsBlockElement("r", option),
			slack.NewOverflowBlockElement("o", option), slack.NewDatePickerBlockElement("d"), slack.NewTimePickerBlockElement("t")),
		slack.NewInputBlock("i", label, label, slack.NewPlainTextInputBlockElement(label, "p")),
		slack.NewRichTextBlock("rt", slack.NewRichTextSection(slack.NewRichTextSectionTextElement("x", &slack.RichTextSectionTextStyle{Bold: true}),
			slack.NewRichTextSectionUserElement("U1", nil), slack.NewRichTextSectionLinkElement("https://example.com", "x", nil), slack.NewRichTextSectionEmojiElement("tada", 0, nil)),
			slack.NewRichTextList(slack.RTEListBullet, 0, slack.NewRichTextSection(slack.NewRichTextSectionTextElement("x", nil)))),
		slack.NewMarkdownBlock("", "x"), table,
	}
	raw, err := json.Marshal(blocks)
	require.NoError(t, err)
	_, _, bad := checkBlocks(raw, onMessage, "/blocks")
	assert.Nil(t, bad, "%s", raw)
}

func FuzzBlocks(f *testing.F) {
	f.Add([]byte(`[` + section("x") + `]`))
	f.Add([]byte(`[` + table(`[`+cell+`]`) + `]`))
	f.Add([]byte(`[` + input(`{"type":"static_select","options":[]}`) + `]`))
	f.Add([]byte(`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[null]}]}]`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		blocks, _, bad := checkBlocks(raw, onMessage, "/blocks")
		if bad != nil {
			return
		}
		if _, _, again := checkBlocks([]byte(wire.Encode(blocks)), onMessage, "/blocks"); again != nil {
			t.Fatalf("accepted once, then refused: %v", again.problems)
		}
		(&pings{s: &Sim{}}).walk(any(blocks))
		find(blocks, "a", "")
	})
}
