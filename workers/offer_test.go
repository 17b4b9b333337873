package workers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestAnOfferIsNotDrawnMoreOftenThanAnybodyReads(t *testing.T) {
	var d drawn
	now := time.Now()
	for range redrawAtOnce {
		assert.Zero(t, d.wait(1, now), "what people press shows at once")
	}
	assert.Equal(t, redrawEvery, d.wait(1, now))
	assert.Equal(t, redrawEvery, d.wait(1, now), "who asks twice waits no longer")
	assert.Zero(t, d.wait(2, now), "another offer waits for nothing")
	now = now.Add(redrawEvery)
	assert.Zero(t, d.wait(1, now))
	assert.Positive(t, d.wait(1, now))
	now = now.Add(time.Hour)
	assert.Zero(t, d.wait(3, now))
	assert.Len(t, d.turn, 1, "those that are at rest are forgotten")
}
