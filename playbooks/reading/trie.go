package reading

// trie finds the entries with which a word begins, byte by byte: the work grows
// with the word and not with the vocabulary. Node 0 is the root; the zero value is empty.
type trie struct{ nodes []trieNode }

// trieNode is what stands after a byte more. Its siblings are those after another byte in its place.
type trieNode struct {
	entries        chain
	child, sibling int32 // 0 for none
	by             byte
}

// step is the node after one byte more, 0 when no entry goes on so.
func (t *trie) step(from int32, by byte) int32 {
	if int(from) >= len(t.nodes) {
		return 0
	}
	at := t.nodes[from].child
	for at != 0 && t.nodes[at].by != by {
		at = t.nodes[at].sibling
	}
	return at
}

// under is the chain of entries of a word, which is kept by its letters, or by those from the last to the first. It is
// good until the next call.
func (t *trie) under(word []byte, backwards bool) *chain {
	if len(t.nodes) == 0 {
		t.nodes = append(t.nodes, trieNode{})
	}
	at := int32(0)
	for i := range word {
		by := word[i]
		if backwards {
			by = word[len(word)-1-i]
		}
		next := t.step(at, by)
		if next == 0 {
			next = int32(len(t.nodes))
			t.nodes = append(t.nodes, trieNode{by: by, sibling: t.nodes[at].child})
			t.nodes[at].child = next
		}
		at = next
	}
	return &t.nodes[at].entries
}
