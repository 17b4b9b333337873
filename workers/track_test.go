package workers

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/postmortem"
)

// vanishing is a repository whose issue 1 is deleted right before a call.
type vanishing struct {
	Library
	before string // the call
}

func (v vanishing) call(name string, number int) error {
	if number == 1 && name == v.before {
		return &postmortem.Error{Class: postmortem.Permanent, Status: http.StatusGone, What: "GitHub answered 410 (This issue was deleted)"}
	}
	return nil
}

func (v vanishing) File(context.Context, postmortem.Document) (postmortem.Issue, error) {
	return postmortem.Issue{Number: 2, URL: "https://g/2", Open: true}, nil
}

func (v vanishing) Look(_ context.Context, number int, seen incident.Seen) (postmortem.Issue, incident.Seen, []incident.Remark, error) {
	return postmortem.Issue{Number: number, Open: true}, seen, nil, v.call("look", number)
}

func (v vanishing) SetTitle(_ context.Context, number int, _ string) error {
	return v.call("title", number)
}

func (v vanishing) SetLabels(_ context.Context, number int, _, _ []string) error {
	return v.call("labels", number)
}

func (v vanishing) Update(_ context.Context, number int, _ postmortem.Document) ([]string, error) {
	return nil, v.call("body", number)
}

func (v vanishing) Comment(_ context.Context, number int, _, _ string) error {
	return v.call("comment", number)
}

func (v vanishing) Close(_ context.Context, number int, _ bool) error { return v.call("close", number) }

// TestATrackingIssueThatIsDeletedMeanwhileIsReplaced: before whichever call that was.
func TestATrackingIssueThatIsDeletedMeanwhileIsReplaced(t *testing.T) {
	t.Parallel()
	h := newHand(t)
	for _, call := range []string{"look", "title", "labels", "body", "comment", "close"} {
		h.w.Library = vanishing{before: call}
		h.set(func(inc *incident.Incident) {
			inc.Track = incident.Tracking{Number: 1, URL: "https://g/1", Title: "as it was", Labels: []string{"as it was"}, Busy: true, At: h.st.Now().Add(-time.Minute)}
			inc.Status = incident.Resolved
		})
		inc := h.row()
		f, err := h.w.follow(t.Context(), inc, incident.Track{Ref: inc.Ref(), At: inc.Track.At, Revision: inc.Revision})
		require.NoError(t, err, call)
		assert.True(t, f.Closed, call)
		assert.Equal(t, 2, h.row().Track.Number, call)
	}
}
