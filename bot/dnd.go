package bot

import (
	"context"
	"time"

	"github.com/slack-go/slack"
)

// DoNotDisturb is when Slack does not notify somebody: from From until Until, the one that is or the next. Zero without one.
type DoNotDisturb struct{ From, Until time.Time }

// DoNotDisturb says when somebody is not notified. A snooze of somebody else's counts as the one that is. Slack: dnd.info.
func (c *Client) DoNotDisturb(ctx context.Context, user string) (DoNotDisturb, error) {
	var got *slack.DNDStatus
	err := c.call(ctx, "dnd.info", "", func(ctx context.Context) (err error) {
		var in []slack.ParamOption
		if c.cfg.TeamID != "" {
			in = append(in, slack.DNDOptionTeamID(c.cfg.TeamID))
		}
		got, err = c.api.GetDNDInfoContext(ctx, &user, in...)
		return err
	})
	if err != nil || !got.Enabled || got.NextEndTimestamp <= 1 { // 1 stands for none
		return DoNotDisturb{}, err
	}
	return DoNotDisturb{time.Unix(int64(got.NextStartTimestamp), 0).UTC(), time.Unix(int64(got.NextEndTimestamp), 0).UTC()}, nil
}
