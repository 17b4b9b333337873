package alerts

import (
	"net/url"
	"strings"

	"mayday/incident"
	"mayday/lazyregexp"
)

// The names under which senders say what stands where after a change, and who made it.
var (
	revisionNames    = []string{"revision", "sha", "commit", "commit_sha", "git_sha", "git_commit", "head_sha", "version", "build_version", "tag", "release"}
	whereNames       = []string{"service", "app", "application", "component", "project", "repository", "repo"}
	byNames          = []string{"user", "author", "by", "deployed_by", "creator", "actor", "deployer", "triggered_by"}
	environmentNames = []string{"environment", "env", "stage"}
)

// deployWords are in what tells of a deploy; a rollback is one.
var deployWords = lazyregexp.New(`(?i)\b(re)?deploy(s|ed|ing|ment|ments)?\b|\b(released|rolled out|rollout|rolled back|rollback|shipped|promoted)\b|\brelease v?\d`)

// commitPath is what GitHub, GitLab and Bitbucket put before a commit in an address, and deploymentPath before a deployment.
var (
	commitPath     = lazyregexp.New(`/commits?/([0-9a-fA-F]{7,40})(?:$|[/?#])`)
	deploymentPath = lazyregexp.New(`^/([^/]+/[^/]+)/(?:deployments|actions/runs|releases|commit|compare)(?:/|$)`)
	// commitName is a commit among other words: of seven letters or more, one of them a digit, because words of
	// the letters a to f alone are words.
	commitName = lazyregexp.New(`\b[0-9a-f]{7,40}\b`)
)

// detailed completes a change with what details (by name) and addresses say of it.
func detailed(c incident.ChangeEvent, details map[string]string, links ...string) incident.ChangeEvent {
	of := func(names []string) string {
		for _, n := range names {
			if s := strings.TrimSpace(details[n]); s != "" {
				return s
			}
		}
		return ""
	}
	c.Revision, c.By, c.Environment = first(c.Revision, of(revisionNames)), first(c.By, of(byNames)), first(c.Environment, of(environmentNames))
	where := of(whereNames)
	for _, l := range append(links, c.Link) {
		u, err := url.Parse(l)
		if err != nil || u.Host == "" {
			continue
		}
		if m := commitPath.FindStringSubmatch(u.Path + "/"); m != nil {
			c.Revision = first(c.Revision, m[1])
		}
		if m := deploymentPath.FindStringSubmatch(u.Path); m != nil && u.Hostname() == "github.com" {
			where = first(where, m[1])
		}
		if strings.Contains(u.Path, "/deployments") {
			c.Deploy = true
		}
	}
	c.Where = first(where, c.Where)
	if c.Revision == "" {
		c.Revision = commitIn(c.Title)
	}
	c.Deploy = c.Deploy || deployWords.MatchString(c.Title) || details["deployment"] != "" || details["deployment_id"] != "" || c.Environment != "" && c.Revision != ""
	return c
}

// commitIn is a commit that some words name; empty without one.
func commitIn(words string) string {
	for _, s := range commitName.FindAllString(words, -1) {
		if strings.ContainsAny(s, "0123456789") && strings.ContainsAny(s, "abcdef") {
			return s
		}
	}
	return ""
}
