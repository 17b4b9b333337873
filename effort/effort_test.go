package effort

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestChoose(t *testing.T) {
	t.Setenv("MAYDAY_SOAK", "")
	want := "full"
	if Raced {
		want = "raced"
	}
	assert.Equal(t, want, Choose("raced", "full", "soak"))
	t.Setenv("MAYDAY_SOAK", "1")
	assert.Equal(t, "soak", Choose("raced", "full", "soak"), "with the detector or without it")
}
