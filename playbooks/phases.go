package playbooks

import (
	"strings"

	"mayday/incident"
)

// stage is where in a scenario a block stands. The four phases of
// incident.Phase are walked; the others are context.
type stage int

const (
	stageNone stage = iota
	stageSigns
	stageImmediate
	stageDiagnosis
	stageIssues
	stageResolution
	stagePrevention
	stageAfter
	stageLinks
)

var phaseOf = map[stage]incident.Phase{
	stageImmediate: incident.PhaseImmediate, stageDiagnosis: incident.PhaseDiagnosis,
	stageIssues: incident.PhaseIssues, stageResolution: incident.PhaseResolution,
}

// stageWords are what people call the stages. A label belongs to a stage when
// it is one of these phrases once the filler words are taken away.
var stageWords = []struct {
	stage stage
	words []string
}{
	{stageSigns, []string{"detection", "detect", "symptom", "symptoms", "signs", "sign", "alert", "alerts", "trigger", "triggers", "indicators",
		"what you see", "what youll see", "what users see", "impact", "user impact", "customer impact", "business impact", "description", "summary", "overview",
		"context", "background", "when to use", "alert details", "how to detect", "meaning", "identification", "signals", "when", "scope",
		"preconditions", "before you start", "prerequisites", "requirements", "about", "goal", "purpose"}},
	{stageImmediate, []string{"immediate", "immediate response", "first response", "initial response", "containment", "contain", "quick fix", "quick checks", "first checks",
		"first 5 minutes", "first five minutes", "first 15 minutes", "first minutes", "short term", "stop the bleeding", "first aid", "immediate mitigation",
		"immediate fix", "quick response", "initial", "first things first", "do first"}},
	{stageDiagnosis, []string{"diagnosis", "diagnose", "diagnostic", "diagnostics", "investigation", "investigate", "root cause", "root cause analysis", "debug", "debugging",
		"triage", "analysis", "assessment", "assess", "troubleshoot", "troubleshooting", "confirm", "verify the problem", "checks", "check", "what to check", "identify"}},
	{stageIssues, []string{"causes", "cause", "issues", "bottlenecks", "problems", "known issues", "likely causes", "root causes", "failure modes", "scenarios", "potential causes", "errors"}},
	{stageResolution, []string{"resolution", "resolve", "resolving", "fix", "fixes", "fixing", "recovery", "recover", "remediation", "remediate", "mitigation", "mitigate", "mitigations", "steps", "actions",
		"action", "procedure", "procedures", "rollback", "restore", "repair", "workaround", "workarounds", "solution", "solutions", "response", "what to do", "verification", "verify",
		"escalation", "escalate", "instructions", "runbook", "playbook", "validate", "validation", "confirm recovery", "permanent fix", "long term fix",
		"communication", "communications", "stakeholder communication", "if that fails"}},
	{stagePrevention, []string{"prevention", "prevent", "preventing", "preventive measures", "preventative measures", "preventive", "long term", "hardening", "prevent recurrence", "future prevention", "avoid recurrence"}},
	{stageAfter, []string{"post incident", "after", "afterwards", "aftermath", "follow up", "follow ups", "followup", "followups", "post mortem", "postmortem", "lessons learned", "cleanup", "clean up",
		"after the incident", "post resolution", "close out", "post incident review", "once resolved"}},
	{stageLinks, []string{"links", "references", "dashboards", "dashboard", "related", "related runbooks", "see also", "resources", "useful links", "further reading"}},
}

// filler are words that do not change what a label means.
var filler = map[string]bool{"the": true, "a": true, "and": true, "or": true, "common": true, "possible": true, "typical": true, "how": true, "to": true, "steps": true,
	"actions": true, "action": true, "process": true, "procedure": true, "procedures": true, "guide": true, "section": true, "phase": true, "step": true, "plan": true, "measures": true, "queries": true, "commands": true, "options": true, "tasks": true, "checklist": true, "of": true, "problem": true, "this": true, "details": true, "work": true}

var stageIndex = func() map[string]stage {
	m := map[string]stage{}
	for _, row := range stageWords {
		for _, w := range row.words {
			m[w] = row.stage
		}
	}
	return m
}()

// stageOf tells the stage that a label or sub-heading names, stageNone when it
// names none.
func stageOf(label string) stage {
	p := plain(label)
	// "Phase 1: Diagnosis" and "Step 2 - Mitigation" keep the words after the number.
	if m := stepHead.FindStringSubmatch(bare(label)); m != nil && m[2] != "" {
		p = plain(m[2])
	}
	if st, ok := stageIndex[p]; ok {
		return st
	}
	var kept []string
	for _, w := range strings.Fields(p) {
		if !filler[w] {
			kept = append(kept, w)
		}
	}
	if st, ok := stageIndex[strings.Join(kept, " ")]; ok {
		return st
	}
	// "Detection & symptoms": both words name the same stage, or the first one wins.
	if len(kept) > 1 && len(kept) <= 3 {
		first := stageNone
		for _, w := range kept {
			st, ok := stageIndex[w]
			if !ok {
				return stageNone
			}
			if first == stageNone {
				first = st
			}
		}
		return first
	}
	return stageNone
}
