package bot

import (
	"bytes"
	"context"
	"time"

	"github.com/slack-go/slack"
)

// Upload posts a file in a channel or thread and gives its permalink. Only the last of its three calls shows
// anything: a failure of class Ambiguous may have, ask SentFile before repeating. Slack:
// files.getUploadURLExternal, the upload, files.completeUploadExternal; an empty body is refused.
func (c *Client) Upload(ctx context.Context, channel, thread, name, title string, body []byte) (permalink string, err error) {
	var where *slack.GetUploadURLExternalResponse
	err = c.call(ctx, "files.getUploadURLExternal", "", func(ctx context.Context) (err error) {
		where, err = c.api.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: name, FileSize: len(body)})
		return err
	})
	if err != nil {
		return "", err
	}
	err = c.call(ctx, methodUpload, "", func(ctx context.Context) error {
		return c.api.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: where.UploadURL, Reader: bytes.NewReader(body), Filename: name})
	})
	if err != nil {
		return "", err
	}
	err = c.call(ctx, "files.completeUploadExternal", channel, func(ctx context.Context) error {
		_, err := c.api.CompleteUploadExternalContext(ctx, slack.CompleteUploadExternalParameters{
			Files: []slack.FileSummary{{ID: where.FileID, Title: title}}, Channel: channel, ThreadTimestamp: thread,
		})
		return err
	})
	if err != nil {
		return "", err
	}
	return c.fileLink(ctx, where.FileID, name), nil
}

// fileLink builds the address of a file of ours: the answer of files.completeUploadExternal need not hold it,
// and asking would take a scope more. "" when we do not know our workspace.
func (c *Client) fileLink(ctx context.Context, id, name string) string {
	me, err := c.me(ctx)
	if err != nil || me.URL == "" {
		return ""
	}
	return me.URL + "files/" + me.UserID + "/" + id + "/" + name
}

// SentFile looks for a file of ours with this title, posted since then, and gives its permalink. Files carry no
// metadata, so a title that must be found again has to be unique in its channel.
func (c *Client) SentFile(ctx context.Context, channel, thread, title string, since time.Time) (permalink string, found bool, err error) {
	me, err := c.me(ctx)
	if err != nil {
		return "", false, err
	}
	err = c.scan(ctx, channel, thread, since, func(m *slack.Message) bool {
		if m.User != me.UserID && (m.BotID == "" || m.BotID != me.BotID) {
			return false
		}
		for i := range m.Files {
			if m.Files[i].Title == title {
				permalink, found = m.Files[i].Permalink, true
			}
		}
		return found
	})
	return permalink, found, err
}
