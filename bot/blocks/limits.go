package blocks

// Slack's limits with a margin, in characters unless said otherwise. Slack does
// not say its unit, so runes are counted, after escaping, and some room is left.
// Source: the Block Kit reference and the method pages of docs.slack.dev.
const (
	maxBlocks     = 50   // Slack: 50 blocks a message
	maxHomeBlocks = 100  // Slack: 100 blocks a view
	maxFallback   = 3000 // Slack: chat.update, text at most 4,000
	// maxChars is the text of all blocks of a message together. Slack refuses more
	// than about 13,200 with msg_blocks_too_long; the number is observed, not documented.
	maxChars = 12_000
	// maxReplyBytes is the JSON of a private reply, which rides on an acknowledgement:
	// Slack drops those of 20,480 bytes or more without a word.
	maxReplyBytes = 18_000

	maxText        = 2900 // Slack: text object 3,000
	maxField       = 1900 // Slack: section field 2,000, ten of them
	maxFields      = 10
	maxHeader      = 145 // Slack: 150
	maxElements    = 25  // Slack: actions, 25 elements
	maxButton      = 72  // Slack: 75
	maxValue       = 1900
	maxURL         = 2900 // Slack: 3,000
	maxOptions     = 100
	maxOption      = 72  // Slack: option text 75
	maxChoice      = 75  // Slack: option value 150 by one page, 75 by another
	maxBlockID     = 250 // Slack: 255
	maxConfirm     = 290 // Slack: 300
	maxConfirmed   = 28  // Slack: 30
	maxPlaceholder = 145 // Slack: 150
	maxLabel       = 200 // Slack: 2,000
	maxModalTitle  = 24
	maxMetadata    = 2900 // Slack: private_metadata 3,000
	maxTopic       = 250  // Slack: conversations.setTopic

	maxRows      = 20    // shown of a table; Slack admits 100
	maxColumns   = 8     // shown of a table; Slack admits 20
	maxCell      = 200   // of one cell
	maxTableSize = 7_000 // bytes of all cells; Slack admits 10,000 characters
	maxCode      = 2500  // of a step's code
	maxStep      = 1200  // of a step's own words
	maxNote      = 300   // of a line of small print
	maxName      = 60    // of what somebody is called
	maxSentence  = 400   // of one line of a timeline
	maxOpen      = 25    // incidents in one list
)
