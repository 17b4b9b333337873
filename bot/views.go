package bot

import (
	"context"

	"github.com/slack-go/slack"
)

// OpenView opens a modal. Slack: views.open; the trigger id lives 3 s and works once.
func (c *Client) OpenView(ctx context.Context, triggerID string, v slack.ModalViewRequest) (View, error) {
	return c.show(ctx, "views.open", func(ctx context.Context) (*slack.ViewResponse, error) {
		return c.api.OpenViewContext(ctx, triggerID, v)
	})
}

// PushView puts a modal on top of the one that the trigger id came from, at most 3 deep. Slack: views.push.
func (c *Client) PushView(ctx context.Context, triggerID string, v slack.ModalViewRequest) (View, error) {
	return c.show(ctx, "views.push", func(ctx context.Context) (*slack.ViewResponse, error) {
		return c.api.PushViewContext(ctx, triggerID, v)
	})
}

// UpdateView replaces an open modal. With a hash it fails with code "hash_conflict" when the modal has changed
// since; "" replaces it anyway. Slack: views.update.
func (c *Client) UpdateView(ctx context.Context, viewID, hash string, v slack.ModalViewRequest) (View, error) {
	return c.show(ctx, "views.update", func(ctx context.Context) (*slack.ViewResponse, error) {
		return c.api.UpdateViewContext(ctx, v, "", hash, viewID)
	})
}

// PublishHome sets a person's App Home. Slack: views.publish.
func (c *Client) PublishHome(ctx context.Context, user string, v slack.HomeTabViewRequest) (View, error) {
	v.Type = slack.VTHomeTab
	return c.show(ctx, "views.publish", func(ctx context.Context) (*slack.ViewResponse, error) {
		return c.api.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: user, View: v})
	})
}

func (c *Client) show(ctx context.Context, name string, f func(context.Context) (*slack.ViewResponse, error)) (View, error) {
	var got *slack.ViewResponse
	err := c.call(Urgent(ctx), name, "", func(ctx context.Context) (err error) {
		got, err = f(ctx)
		return err
	})
	if err != nil {
		return View{}, err
	}
	return *view(&got.View), nil
}
