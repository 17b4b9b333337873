package program

import (
	"context"
	"fmt"
	"strings"

	"mayday/bot"
	"mayday/store"
)

// channels looks at every channel that a setting names, each once.
func (k *checker) channels() {
	k.channel("announce channel", "MAYDAY_ANNOUNCE_CHANNEL", k.c.AnnounceChannel)
	if k.c.OpsChannel != k.c.AnnounceChannel {
		k.channel("operators' channel", "MAYDAY_OPS_CHANNEL", k.c.OpsChannel)
	}
	for _, name := range k.c.AlertChannels {
		k.channel("alert channel", "MAYDAY_ALERT_CHANNELS", name)
	}
}

// channel looks a channel up as running does, by id or by name.
func (k *checker) channel(subject, variable, value string) {
	if k.client == nil {
		k.say(Warned, subject, "not checked, because the bot token does not work", "")
		return
	}
	ctx, cancel := k.limit()
	defer cancel()
	name := strings.TrimPrefix(value, "#")
	if bot.IsPersonal(name) {
		k.say(Failed, subject, name+" is a person, a group or a direct message, and no channel", "set "+variable+" to a channel's name, or to its id, which begins with C")
		return
	}
	ch, err := k.lookUp(ctx, name)
	shown := "#" + ch.Name
	switch {
	case bot.ClassOf(err) == bot.Gone && bot.IsChannelID(name):
		k.say(Failed, subject, name+" is no channel that the app sees: it does not exist, is of another workspace, or is private and the app is not in it", "type /invite @mayday in it, or set "+variable)
	case bot.ClassOf(err) == bot.Gone:
		k.say(Failed, subject, fmt.Sprintf("#%s does not exist, or is private and the app is not in it", name), "create it, or set "+variable)
	case err != nil:
		k.say(Failed, subject, err.Error(), "")
	case ch.Direct:
		k.say(Failed, subject, name+" is a direct message, and no channel", "set "+variable+" to a channel")
	case ch.Archived:
		k.say(Failed, subject, shown+" is archived", "unarchive it, or set "+variable)
	case ch.Private && !ch.Member:
		k.say(Failed, subject, "the app is not in "+shown, "type /invite @mayday there")
	case ch.Shared:
		k.say(Warned, subject, shown+" is shared with another workspace, whose people read every announcement", "set "+variable+" to a channel of your own, unless that is meant")
	case !ch.Member && variable == "MAYDAY_ALERT_CHANNELS":
		k.say(Warned, subject, "the app is not in "+shown+" and hears nothing of what other apps post there", "mayday run joins it; or type /invite @mayday there")
	default:
		k.say(OK, subject, shown, "")
	}
}

// lookUp looks for a channel as running does: where it was found before, whatever it is
// called now, and else by what the setting says.
func (k *checker) lookUp(ctx context.Context, name string) (bot.Channel, error) {
	known, err := "", error(nil)
	if k.c.DatabaseURL != "" && checkAddress(k.c.DatabaseURL.Reveal()) == nil {
		known, err = store.KnownChannel(ctx, k.c.DatabaseURL.Reveal(), name)
	}
	if err == nil && known != "" && known != name {
		ch, err := k.client.ChannelInfo(ctx, known)
		if err == nil && !ch.Archived && (ch.Member || !ch.Private) {
			return ch, nil
		}
	}
	return k.client.Channel(ctx, name) // what the database said or not, this says whether it can be found
}

// events names what the app has to be told of. Slack tells no app what it is subscribed to.
func (k *checker) events() {
	k.say(OK, "events", fmt.Sprintf("mayday wants %d: %s. Slack does not say which of them the app gets; without them changes are noticed up to ten minutes late",
		len(bot.Events()), strings.Join(bot.Events(), ", ")), "")
}
