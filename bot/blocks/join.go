package blocks

import (
	"fmt"

	"mayday/incident"
)

// Joining answers a click on Join.
func Joining(inc incident.Incident) string {
	if where := channel(inc.ChannelID); where != "" {
		return fmt.Sprintf("You are being invited to %s.", where)
	}
	return fmt.Sprintf("%s has no channel to join.", naming(inc))
}
