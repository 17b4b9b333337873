package postmortem

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// repository is the part of GitHub that knows branches, files and pull requests.
type repository struct {
	mu       sync.Mutex
	branches map[string]string // the runbook by branch
	commits  int
	pulls    []string // their heads
	calls    int
	// broken is the call (from 1) that is answered with a 502: before it is
	// carried out, or after.
	broken int
	after  bool
}

func (r *repository) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls++
	if r.calls == r.broken && !r.after {
		w.WriteHeader(http.StatusBadGateway)
		return
	}
	var in map[string]any
	_ = json.NewDecoder(q.Body).Decode(&in) // a GET has no body
	text := func(key string) string { s, _ := in[key].(string); return s }
	status, out := r.answer(q.Method, strings.TrimPrefix(q.URL.Path, "/repos/acme/shop"), q.URL.Query().Get("ref"), text)
	if r.calls == r.broken {
		status = http.StatusBadGateway
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(out)
}

func (r *repository) answer(method, path, ref string, text func(string) string) (int, any) {
	type object = map[string]any
	switch {
	case path == "":
		return 200, object{"default_branch": "trunk"}
	case method == "GET" && strings.HasPrefix(path, "/git/ref/heads/"):
		branch := strings.TrimPrefix(path, "/git/ref/heads/")
		if _, ok := r.branches[branch]; !ok {
			return 404, object{}
		}
		return 200, object{"ref": "refs/heads/" + branch, "object": object{"sha": "sha-of-" + branch}}
	case path == "/git/refs" && text("sha") == "sha-of-trunk" && strings.HasPrefix(text("ref"), "refs/heads/mayday"):
		r.branches[strings.TrimPrefix(text("ref"), "refs/heads/")] = r.branches["trunk"]
		return 201, object{}
	case method == "GET" && path == "/contents/docs/RUNBOOK.md":
		content := r.branches[ref]
		return 200, object{"type": "file", "encoding": "base64", "sha": fmt.Sprint(len(content)), "content": base64.StdEncoding.EncodeToString([]byte(content))}
	case method == "PUT" && text("branch") != "trunk" && text("sha") == fmt.Sprint(len(r.branches[text("branch")])):
		content, err := base64.StdEncoding.DecodeString(text("content"))
		if err == nil {
			r.branches[text("branch")] = string(content)
			r.commits++
		}
		return 200, object{}
	case method == "GET" && path == "/pulls":
		list := []object{}
		for i, head := range r.pulls {
			list = append(list, object{"html_url": fmt.Sprintf("https://github/pull/%d", i+1), "head": object{"ref": head}})
		}
		return 200, list
	case method == "POST" && path == "/pulls" && text("base") == "trunk" && text("title") != "":
		r.pulls = append(r.pulls, text("head"))
		return 201, object{"html_url": fmt.Sprintf("https://github/pull/%d", len(r.pulls))}
	}
	return 422, object{"message": method + " " + path}
}

// TestAProposalIsMadeOnceWhateverBreaks breaks each call in turn, before and after
// it is carried out, and tries again as the queue does.
func TestAProposalIsMadeOnceWhateverBreaks(t *testing.T) {
	p := Proposal{Path: "docs/RUNBOOK.md", Branch: "mayday-1-42/lesson-1", Near: "Ask the site itself", Line: 5, Note: "> note", Title: "Runbook", Body: "why"}
	for broken := 0; broken <= 8; broken++ {
		for _, after := range []bool{false, true} {
			r := &repository{branches: map[string]string{"trunk": shortRunbook}, broken: broken, after: after}
			srv := httptest.NewServer(r)
			g, err := NewGitHub(Config{Repository: "acme/shop", Token: token, APIURL: srv.URL, Timeout: 5 * time.Second})
			require.NoError(t, err)
			url, err := g.Propose(bg, p)
			if broken > 0 {
				require.Error(t, err, "call %d of 8", broken)
				url, err = g.Propose(bg, p)
			}
			require.NoError(t, err)
			assert.Equal(t, "https://github/pull/1", url)
			assert.Len(t, r.pulls, 1, "call %d", broken)
			assert.Equal(t, 1, r.commits, "call %d", broken)
			assert.Contains(t, r.branches[p.Branch], "itself\n\n   > note\n")
			assert.Equal(t, shortRunbook, r.branches["trunk"], "nothing is merged")
			srv.Close()
		}
	}
}
