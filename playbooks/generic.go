package playbooks

import (
	"mayday/incident"
)

// Generic makes the playbook of an incident that fits no scenario: the sentences
// of the severity's procedure as steps, what they demand afterwards as
// Afterwards, then the process that the document describes for any incident.
// Without such a process it gets the steps that fit anything.
func (r *Runbook) Generic(sev incident.Severity) incident.Playbook {
	pb := incident.Playbook{Slug: incident.GenericSlug, Title: firstOf(sev.Name, sev.Label) + " incident", Severities: []string{sev.Label}}
	for _, s := range sev.Procedures {
		if demanded(s, false) != incident.NoPostmortem {
			pb.Afterwards = append(pb.Afterwards, s)
			continue
		}
		pb.Steps = append(pb.Steps, incident.Step{Phase: incident.PhaseImmediate, Heading: "Procedure for " + sev.Label, Text: s})
	}
	pb.Signs = append(pb.Signs, r.Process.Signs...)
	pb.Prevention = append(pb.Prevention, r.Process.Prevention...)
	pb.Afterwards = append(pb.Afterwards, r.Process.Afterwards...)
	if len(r.Process.Steps) > 0 {
		pb.Steps = append(pb.Steps, r.Process.Steps...)
		pb.Source = r.Process.Source
		pb.Version = shortHash(pb.Title + r.Version)
		return pb
	}
	if len(pb.Steps) == 0 {
		pb.Steps = append(pb.Steps, incident.Step{Phase: incident.PhaseImmediate, Heading: "First response", Text: "Say what users see and since when"})
	}
	for _, s := range []struct {
		phase incident.Phase
		head  string
		text  string
	}{
		{incident.PhaseDiagnosis, "Diagnosis", "Look at what changed before it began: deployments, settings, suppliers"},
		{incident.PhaseResolution, "Resolution", "Undo the change, or work around it"},
		{incident.PhaseResolution, "Resolution", "Confirm with a real user's path that it works again"},
	} {
		pb.Steps = append(pb.Steps, incident.Step{Phase: s.phase, Heading: s.head, Text: s.text})
	}
	pb.Version = shortHash(pb.Title + pb.Slug + itoa(len(pb.Steps)))
	return pb
}
