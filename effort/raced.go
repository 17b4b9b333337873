//go:build race

package effort

// Raced says whether the race detector watches this program.
const Raced = true
