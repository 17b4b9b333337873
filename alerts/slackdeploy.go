package alerts

import (
	"mayday/incident"
	"mayday/lazyregexp"
)

var (
	// deployDone is what was done, deployGoes what is under way or went well, and watchedDeploy how an app that watches begins to tell of
	// one. deployBad is in no news of a deploy, and deployFailed is an alert.
	deployDone    = lazyregexp.New(`(?i)\b(deployed|released|rolled back|rolled out|promoted|shipped)\b`)
	deployGoes    = lazyregexp.New(`(?i)\b(succe(ss|ssful|ssfully|eded)|finished|completed?|passed|running new version|deploying|start(s|ed|ing)|in progress|deploy(ment)?:? (is )?(now )?(live|ready|done))\b`)
	watchedDeploy = lazyregexp.New(`(?i)^((release|version|service|app) )?(\S+ )?((was|has been) )?(successfully )?deployed\b.*\b(to|by)\b`)
	deployBad     = lazyregexp.New(`(?i)\b(fail(s|ed|ing|ures?)?|(\w*error|\w+exception)(ed|s)?|aborted|cancell?ed|rejected|time[sd] out|blocked|pending approval|not|never|cannot|unable|unavailable|unhealthy|degraded|down|stuck|missing|crash\w*|too (many|few|long|slow))\b|n['’]t\b`)
	deployFailed  = lazyregexp.New(`(?i)\b(deploy|deployment|release|rollout|rollback)(\s+((of|to|for|on|in)\s+)?[^\s:"]+){0,2}\s+(has\s+)?(failed|fails|timed out|aborted)\b|\bfailed to (deploy|release|roll out|roll back)\b`)
	successFirst  = lazyregexp.New(`(?i)^(\W|:\w+:)*success\b`)
	byWhom        = lazyregexp.New(`(?i)\bby @?([\p{L}][\p{L}\p{N}._-]{0,60})`)
)

// deployed reports whether a message tells of a deploy and of nothing else: what may be an alert, or the end of one, is one.
func (s said) deployed(app string) bool {
	head := s.title
	if l := lines(s.text); len(l) > 0 {
		head += "\n" + l[0]
	}
	switch state := s.ownState(); {
	case state != "" && state != incident.Quiet, deployBad.MatchString(head), s.endsAlert(head):
		return false
	case monitoringTools.MatchString(app):
		return watchedDeploy.MatchString(s.name())
	}
	return deployDone.MatchString(head) || deployWords.MatchString(head) && deployGoes.MatchString(head+"\n"+s.fields()["status"])
}

// endsAlert reports whether words say that an alert is over; success is a deploy's word too.
func (s said) endsAlert(head string) bool {
	fields := s.fields()
	for _, name := range stateNames {
		if word := wordOf(fields[name]); word != "success" && stateWords[word] == incident.Quiet {
			return true
		}
	}
	lead, _ := leadingState(s.title)
	return lead == incident.Quiet && !successFirst.MatchString(s.title) || sentenceState(head) == incident.Quiet
}

// change is what a message about a deploy tells.
func (s said) change(message incident.MessageRef, permalink string) incident.ChangeEvent {
	c := incident.ChangeEvent{
		Key: "slack " + message.Channel + " " + message.TS, Title: first(s.name(), s.text), Deploy: true, At: slackTime(message.TS), Link: first(s.link(), permalink),
	}
	if m := byWhom.FindStringSubmatch(s.title + "\n" + s.text); m != nil {
		c.By = m[1]
	}
	c = detailed(c, s.fields(), s.links...)
	c.Revision = first(c.Revision, commitIn(s.text))
	return c
}
