package reading

// regroup puts labels where they belong. Labels are written on one level
// although some are below others: what stands after "Common causes:" belongs to
// it until the next label that names a phase, and where the same phases return
// after each label, that label is the one above them.
func (d *Document) regroup(subs []*Section) []*Section {
	subs = d.announced(subs)
	repeated := d.phasesReturn(subs)
	counted := !repeated && d.countedReturn(subs)
	repeated = repeated || counted
	var out []*Section
	var phase, problem *Section // the labels that are open
	for i, s := range subs {
		if !s.label {
			out, phase, problem = append(out, s), nil, nil
			continue
		}
		names := s.title.phase != NoPhase && !(counted && s.counts())
		switch {
		case names && repeated && problem != nil:
			problem.take(s)
			phase = s
		case names:
			out, phase = append(out, s), s
			if !repeated {
				problem = nil
			}
		case repeated && phase != nil && phase.title.phase == Issues && problem != nil && !opensLike(subs[i+1:], problem):
			phase.take(s)
		case repeated:
			out, problem, phase = append(out, s), s, nil
		case phase != nil && !(phase.title.phase == SignsPhase && s.does()):
			phase.take(s)
		default:
			out = append(out, s)
		}
	}
	if repeated {
		for _, s := range out {
			s.label = s.label && len(s.Subs) < 2 // it stands for a heading
		}
	}
	return out
}

// opensLike reports whether labels go on as they do below a head: a cause that is
// listed below "Common causes" is not followed by the phase that follows a problem.
func opensLike(next []*Section, head *Section) bool {
	return len(next) > 0 && len(head.Subs) > 0 && next[0].label && next[0].title.phase == head.Subs[0].title.phase
}

// announced puts the labels that follow one such as "Scenario: the disk is full"
// below it, where two or more are announced so.
func (d *Document) announced(subs []*Section) []*Section {
	n := 0
	for _, s := range subs {
		n += int(b(s.label && s.title.prefixed))
	}
	if n < 2 {
		return subs
	}
	var out []*Section
	var head *Section
	for _, s := range subs {
		switch {
		case !s.label:
			head = nil
		case s.title.prefixed:
			head, s.label = s, false
		case head != nil:
			head.take(s)
			continue
		}
		out = append(out, s)
	}
	for _, s := range out {
		if s.title.prefixed {
			s.Subs = d.regroup(s.Subs)
		}
	}
	return out
}

// does reports whether the title is an instruction, names an operation or a checklist
// or begins with a word for looking: "Manual rollback" after "When to roll back" and
// "Checks in the console" after "Symptoms" are no signs.
func (s *Section) does() bool {
	has := Classes(0)
	for _, h := range s.title.hits {
		has |= 1 << h.class
	}
	if has.has(Failure) {
		return s.title.step
	}
	return s.title.step || has.has(Operation) || has.has(ChecklistWord) || beginsWith(s.title.hits, Verb) || beginsWith(s.title.hits, DiagnosisWord) || beginsWith(s.title.hits, VerificationWord)
}

// counts reports whether the title has a number of its own.
func (s *Section) counts() bool { return s.title.number || s.title.step }

// take puts a section below another.
func (s *Section) take(sub *Section) {
	sub.Up = s
	s.Subs = append(s.Subs, sub)
	for up := s; up != nil && up.label; up = up.Up {
		up.End = max(up.End, sub.End)
	}
}

// phasesReturn reports whether labels that name no phase are each followed by
// the same phases: "Pool full", "Symptoms", "Fix", "Disk full", "Symptoms", "Fix".
func (d *Document) phasesReturn(subs []*Section) bool {
	return returning(subs, func(s *Section) bool { return s.title.phase == NoPhase })
}

// countedReturn is phasesReturn where each label that others follow is numbered
// and may name a phase itself: "1. Rollback", "When to use", "2. Scale up", "When to use".
func (d *Document) countedReturn(subs []*Section) bool {
	return returning(subs, (*Section).counts)
}

// returning reports whether one phase stands below two or more of the labels that
// head others.
func returning(subs []*Section, heads func(*Section) bool) bool {
	below := map[Phase]int{} // how many heads have the phase below them
	seen, n := map[Phase]bool{}, 0
	twice := false
	for _, s := range subs {
		switch {
		case !s.label:
		case heads(s):
			n++
			seen = map[Phase]bool{}
		case s.title.phase == NoPhase:
		case n == 0:
			return false
		case !seen[s.title.phase]:
			seen[s.title.phase] = true
			below[s.title.phase]++
			twice = twice || below[s.title.phase] > 1
		}
	}
	return twice && n >= 2
}
