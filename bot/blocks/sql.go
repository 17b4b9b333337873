package blocks

// QueryRefused answers a statement that is not run: what, which part, why, and
// what to write instead.
func QueryRefused(t Trouble) Message {
	what := "This was not run: " + line(t.Why, maxNote)
	if t.Word != "" {
		what = "Not run, because of " + code(t.Word) + ": " + line(t.Why, maxNote)
	}
	part := ""
	if t.Part != "" && t.Part != t.Word {
		part = "The part: " + code(t.Part)
	}
	return reply(joined(" ", what, part, Escape(t.Instead)), section(":no_entry: "+what, part), section(Escape(t.Instead)))
}
