// Command slackgo is the least that slack-go's own Socket Mode client does: a command that it acknowledges and nothing else.
package main

import (
	"log"
	"os"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

func main() {
	client := socketmode.New(slack.New(os.Getenv("SLACK_BOT_TOKEN"), slack.OptionAppLevelToken(os.Getenv("SLACK_APP_TOKEN")), slack.OptionAPIURL(os.Getenv("SLACK_API_URL"))))
	go func() {
		for e := range client.Events {
			if e.Type == socketmode.EventTypeSlashCommand {
				client.Ack(*e.Request)
			}
		}
	}()
	log.Fatal(client.Run())
}
