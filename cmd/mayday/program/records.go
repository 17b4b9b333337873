package program

import (
	"path"
	"strings"

	"mayday/incident"
	"mayday/lazyregexp"
	"mayday/postmortem"
)

// records reads what is kept on GitHub besides post-mortems, and for whom.
func (r *reader) records(c *Config) {
	for _, label := range strings.Split(r.value("MAYDAY_TRACK_SEVERITIES", ""), ",") {
		if label = strings.TrimSpace(label); label != "" {
			c.TrackSeverities = append(c.TrackSeverities, label)
		}
	}
	c.GitHubUsers = r.gitHubUsers()
	c.RunbookGitHubPath = r.value("MAYDAY_RUNBOOK_GITHUB_PATH", "")
	p := c.RunbookGitHubPath
	switch {
	case p == "":
	case path.IsAbs(p) || path.Clean(p) != p || strings.HasPrefix(p, "..") || !strings.HasSuffix(strings.ToLower(p), ".md"):
		r.bad("MAYDAY_RUNBOOK_GITHUB_PATH", "is no path of a Markdown file within the repository", "docs/RUNBOOK.md")
	case c.GitHub.Repository == "":
		r.bad("MAYDAY_RUNBOOK_GITHUB_PATH", "needs GITHUB_REPOSITORY, the repository that the path is in", p)
	}
}

// login is a name on GitHub, which may be that of a bot or of a managed user.
var login = lazyregexp.New(`^[A-Za-z0-9][A-Za-z0-9-]*(_[A-Za-z0-9]+)?$`)

// gitHubUsers reads "U012ABC=anaruiz,ana@example.com=ana"; the keys come out in lower case.
func (r *reader) gitHubUsers() map[string]string {
	const variable, example = "MAYDAY_GITHUB_USERS", "U012ABCDEF=anaruiz,ben@example.com=benokafor"
	users := map[string]string{}
	for _, pair := range strings.Split(r.value(variable, ""), ",") {
		if pair = strings.TrimSpace(pair); pair == "" {
			continue
		}
		who, name, ok := strings.Cut(pair, "=")
		who, name = strings.ToLower(strings.TrimSpace(who)), strings.TrimPrefix(strings.TrimSpace(name), "@")
		switch {
		case !ok || who == "":
			r.bad(variable, "has the entry "+pair+", which is no Slack id or e-mail address with a login", example)
		case !login.MatchString(name):
			r.bad(variable, "gives "+who+" the login "+name+", which GitHub does not admit", example)
		case users[who] != "":
			r.bad(variable, "names "+who+" twice", example)
		}
		users[who] = name
	}
	return users
}

// mostSevere is how many severities get a tracking issue when no setting says which.
const mostSevere = 2

// tracked are the labels of the severities that get a tracking issue, and what of
// the setting the runbook does not know.
func (c Config) tracked(p incident.Policy) (labels, unknown []string) {
	switch {
	case c.GitHub.Repository == "" || (len(c.TrackSeverities) == 1 && strings.EqualFold(c.TrackSeverities[0], "none")):
		return nil, nil
	case len(c.TrackSeverities) == 0:
		all := p.Labels()
		return all[:min(mostSevere, len(all))], nil
	}
	for _, word := range c.TrackSeverities {
		if s, ok := p.Find(word); ok {
			labels = append(labels, s.Label)
		} else {
			unknown = append(unknown, word)
		}
	}
	return labels, unknown
}

func (r *reader) gitHub() postmortem.Config {
	c := postmortem.Config{
		Repository: r.value("GITHUB_REPOSITORY", ""), Token: postmortem.Secret(r.value("GITHUB_TOKEN", "")),
		PrivateKey: postmortem.Secret(r.value("GITHUB_APP_PRIVATE_KEY", "")), APIURL: r.address("GITHUB_API_URL"),
	}
	c.AppID = r.number("GITHUB_APP_ID")
	c.InstallationID = r.number("GITHUB_APP_INSTALLATION_ID")
	if c.Repository == "" {
		return c
	}
	if _, err := postmortem.NewGitHub(c); err != nil {
		for _, line := range strings.Split(err.Error(), "\n") {
			variable, what, _ := strings.Cut(line, " ")
			r.bad(variable, what, "")
		}
	}
	return c
}

// privateRepository is the repository for private incidents, reached as the other one.
func (r *reader) privateRepository(c postmortem.Config) postmortem.Config {
	c.Repository = r.value("MAYDAY_PRIVATE_REPOSITORY", "")
	if c.Repository == "" {
		return postmortem.Config{}
	}
	if _, err := postmortem.NewGitHub(c); err != nil {
		r.bad("MAYDAY_PRIVATE_REPOSITORY", "is not owner/name, or GITHUB_TOKEN is missing", "you/private-postmortems")
	}
	return c
}
