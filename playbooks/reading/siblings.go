package reading

func (s *Section) lookSubs(f *features) {
	n := float64(len(s.Subs))
	if n == 0 {
		return
	}
	s.catalogue()
	var talks, phases, fails, prefixes, steps, levels, heads, verbs float64
	for _, sub := range s.Subs {
		g := &sub.feat
		f[HasTodo] = max(f[HasTodo], g[HasTodo])
		if sub.Phase != NoPhase && sub.Phase != LinksPhase && g[ManyIssues] == 0 && g[IsValue] == 0 {
			phases++
			talks += b(sub.talks())
		}
		if g[HasFailure] > 0 && sub.Phase == NoPhase && g[NamesReader] < 0.7 || g[IsCamel] > 0 {
			fails++
		}
		prefixes += g[HasPrefix]
		heads += b(!sub.label && sub.Phase == NoPhase && g[HasTodo] > 0 && g[IsStep]+g[HasOption]+g[HasCondition] == 0)
		verbs += g[BeginsWithVerb]
		steps += g[IsStep]
		levels += g[IsLevel]
		if sub.Phase == SignsPhase {
			f[SignsKid] = 1
		}
	}
	if talks == phases {
		phases = 0 // whom to tell belongs to severities and processes, too
	}
	f[DeepFails] = min(1, s.deep/4)
	f[HasHeads] = min(1, heads/2)
	f[ChapterLike] = f[HasHeads] * (1 - f[OwnTodo]) * (1 - f[HasFailure]) * (1 - min(1, phases/n))
	f[PhaseKids] = b(phases >= 2)
	f[PhaseShare] = phases / n
	f[FailKids] = min(4, fails)
	f[PrefixKids] = prefixes / n
	f[StepKids] = steps / n
	f[LevelKids] = levels / n
	for _, sub := range s.Subs {
		g := &sub.feat
		g[PhasePeers] = peers(phases, b(sub.Phase != NoPhase && sub.Phase != LinksPhase), n)
		g[LonePhase] = b(g[NamesPhase] > 0 && phases <= 1 && n > 1 && !sub.label)
		g[FailPeers] = peers(fails, b(g[HasFailure] > 0 && sub.Phase == NoPhase || g[IsCamel] > 0), n)
		g[LevelPeers] = peers(levels, g[IsLevel], n)
	}
	if run := levelRun(s.Subs); run > 0 {
		f[LevelKids] = max(f[LevelKids], run)
		for _, sub := range s.Subs {
			sub.feat[LevelRun] = b(sub.title.begins != "" || sub.title.level != "")
			sub.feat[DefinesLevel] = sub.feat[LevelRun] * sub.feat[Defines]
		}
	}
	numbered := 0.0
	for _, sub := range s.Subs {
		numbered += b(sub.title.number || sub.title.step)
	}
	if numbered >= 2 && numbered/n > 0.6 && fails <= 0.34*n && (phases+steps+verbs)/n > 0.3 {
		for _, sub := range s.Subs {
			sub.feat[NumberPeers] = b(sub.title.number || sub.title.step)
		}
		if verbs/n > 0.5 {
			f[NumberKids] = verbs / n
		}
		f[HasHeads], f[ChapterLike] = f[HasHeads]*(1-f[NumberKids]), f[ChapterLike]*(1-f[NumberKids])
	}
}

// catalogue keeps IsValue only where fields are a habit of the document: three or
// more, and a third of the sections beside each other. Below a problem they are
// parts of it that nobody has written yet.
func (s *Section) catalogue() {
	const fewest = 3
	values := 0.0
	for _, sub := range s.Subs {
		values += sub.feat[IsValue]
	}
	f := &s.feat
	if values >= fewest && values*3 >= float64(len(s.Subs)) && f[HasFailure]+f[IsCamel]+f[HasPrefix] == 0 {
		return
	}
	for _, sub := range s.Subs {
		sub.feat[IsValue] = 0
	}
}

// talks reports whether a section names a phase only by words for telling others.
func (s *Section) talks() bool {
	for _, h := range s.title.hits {
		if h.class != EscalationWord && h.class != CommunicationWord && phaseOfClass(h.class) == s.Phase {
			return false
		}
	}
	return s.Phase == Resolution
}

// levelRun is the share of sections that begin with a severity, 0 unless there
// are two or more and each names another one.
func levelRun(subs []*Section) float64 {
	seen := map[string]bool{}
	for _, s := range subs {
		label := fold(s.title.begins)
		if label == "" {
			label = fold(s.title.level)
		}
		if label == "" {
			continue
		}
		if seen[label] {
			return 0
		}
		seen[label] = true
	}
	if len(seen) < 2 || len(seen)*3 < len(subs)*2 {
		return 0
	}
	return float64(len(seen)) / float64(len(subs))
}

// peers is the share of the other siblings.
func peers(all, own, n float64) float64 {
	if n <= 1 {
		return 0
	}
	return max(0, (all-own)/(n-1))
}
