package stories

import (
	"context"
	"net/http"
	"strings"

	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/store"
)

// keyOf is the key of a source of a story.
func keyOf(source string) string { return "key-of-" + source }

// source lets a sender in: "source sentry".
func (w *world) source(name string) bool {
	err := w.prog.Store.AddSource(context.Background(), store.Source{Name: name, Way: incident.ToOffer}, keyOf(name), "")
	return err == nil || w.fail("source %s: %v", name, err)
}

// post has a sender post a body: "post sentry {…}".
func (w *world) post(rest string) bool {
	name, body, _ := strings.Cut(rest, " ")
	r, err := http.NewRequest(http.MethodPost, "http://"+w.prog.HTTPAddr+"/in/"+name, strings.NewReader(body))
	require.NoError(w.t, err)
	r.Header.Set("Authorization", "Bearer "+keyOf(name))
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return w.fail("post to %s: %v", name, err)
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusAccepted || w.fail("%s was answered %s", name, resp.Status)
}
