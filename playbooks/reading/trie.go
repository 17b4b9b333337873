package reading

// trie finds the entries with which a word begins, byte by byte: the work grows
// with the word and not with the vocabulary. Node 0 is the root; the zero value is empty.
type trie struct{ nodes []trieNode }

type trieNode struct {
	entries []*entry
	// next are the nodes after the bytes from low on, 0 for none.
	next []int32
	low  byte
}

// step is the node after one byte more, 0 when no entry goes on so.
func (t *trie) step(from int, by byte) int {
	if from >= len(t.nodes) {
		return 0
	}
	n := &t.nodes[from]
	if by < n.low || int(by-n.low) >= len(n.next) {
		return 0
	}
	return int(n.next[by-n.low])
}

// add keeps an entry under a word; backwards under its letters from the last to the first.
func (t *trie) add(word string, e *entry, backwards bool) {
	at := t.make(0)
	for i := range len(word) {
		by := word[i]
		if backwards {
			by = word[len(word)-1-i]
		}
		next := t.step(at, by)
		if next == 0 {
			next = t.make(len(t.nodes))
			t.nodes[at].lead(by, next)
		}
		at = next
	}
	t.nodes[at].entries = append(t.nodes[at].entries, e)
}

// make returns the node with a number, a new one when there is none yet.
func (t *trie) make(no int) int {
	if no >= len(t.nodes) {
		t.nodes = append(t.nodes, trieNode{})
	}
	return no
}

// lead makes a byte lead to another node.
func (n *trieNode) lead(by byte, to int) {
	if len(n.next) == 0 {
		n.low = by
	}
	if by < n.low {
		n.next = append(make([]int32, n.low-by), n.next...)
		n.low = by
	}
	for int(by-n.low) >= len(n.next) {
		n.next = append(n.next, 0)
	}
	n.next[by-n.low] = int32(to)
}
