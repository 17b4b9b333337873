package slack

// Slack's limits, in one place. Lengths are counted in runes (Slack does not say its unit), after escaping.
// Sources: the Block Kit reference and the method pages of docs.slack.dev unless said otherwise.
const (
	maxMessageBlocks = 50
	maxViewBlocks    = 100
	maxAttachments   = 100
	maxMessageChars  = 13_200 // sum of all text in a message's blocks; observed, not documented
	maxMessageText   = 40_000 // chat.postMessage truncates beyond it
	maxUpdateText    = 4_000  // chat.update answers msg_too_long beyond it

	maxBlockID   = 255
	maxActionID  = 255
	maxTextChars = 3000

	maxSectionFields   = 10
	maxFieldChars      = 2000
	maxHeaderChars     = 150
	maxContextElements = 10
	maxActionElements  = 25
	maxAltText         = 2000
	maxImageURL        = 3000
	maxInputLabel      = 2000
	maxMarkdownChars   = 12_000

	maxTableRows  = 100
	maxTableCells = 20
	maxTableChars = 10_000

	maxCharts      = 2 // observed by client libraries, not documented
	maxChartTitle  = 50
	maxChartLabel  = 20
	maxChartSeries = 6
	maxChartPoints = 20

	maxButtonText  = 75
	maxButtonValue = 2000
	maxButtonURL   = 3000

	maxOptions      = 100
	maxOptionGroups = 100
	maxCheckboxes   = 10
	maxOverflow     = 5
	maxOptionText   = 75
	maxOptionValue  = 150
	maxPlaceholder  = 150
	maxInputValue   = 3000

	maxConfirmTitle  = 100
	maxConfirmText   = 300
	maxConfirmButton = 30

	maxViewTitle       = 24
	maxCallbackID      = 255
	maxPrivateMetadata = 3000
	maxViewBytes       = 250 << 10
	maxViewStack       = 3
	maxViewErrors      = 100

	maxChannelName = 80
	maxTopic       = 250
	maxInvite      = 100
	maxPins        = 100 // too_many_pins exists; the number is not documented
	maxBookmarks   = 100 // too_many_bookmarks exists; the number is not documented
	maxMetadata    = 8000
	maxScheduled   = 120 * 24 // hours ahead

	maxAckBytes      = 20 << 10 // an acknowledgement of this size or more is dropped silently (seen by the client libraries)
	maxSockets       = 10
	maxResponseUses  = 5
	maxPageLimit     = 999
	defaultPageLimit = 100
)
