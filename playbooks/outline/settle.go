package outline

// settle makes spans nest and follow each other where two readings of a nasty
// text overlap: every line is left to the node that begins first or last on it.
func settle(s *Section, to int) {
	from, end := s.Line, to
	if s.Level > 0 {
		from = s.TitleEnd + 1
	}
	if len(s.Subs) > 0 {
		end = s.Subs[0].Line - 1
	}
	settleBlocks(s.Blocks, from, end)
	for _, sub := range s.Subs {
		settle(sub, sub.End)
	}
}

func settleBlocks(blocks []*Block, from, to int) {
	for i, b := range blocks {
		end := to
		if i+1 < len(blocks) {
			end = min(end, blocks[i+1].Line-1)
		}
		b.Line, b.End = between(b.Line, b.End, from, end)
		from = b.End + 1
		settleBlocks(b.Blocks, b.Line, b.End)
		at := b.Line
		for j, it := range b.Items {
			end := b.End
			if j+1 < len(b.Items) {
				end = min(end, b.Items[j+1].Line-1)
			}
			it.Line, it.End = between(it.Line, it.End, at, end)
			it.HeadEnd = min(it.HeadEnd, it.End)
			at = it.End + 1
			settleBlocks(it.Blocks, it.Line, it.End)
		}
	}
}

// between moves a span into another one, as far as it leaves a line.
func between(line, end, from, to int) (int, int) {
	line = max(line, from)
	return line, max(line, min(end, to))
}
