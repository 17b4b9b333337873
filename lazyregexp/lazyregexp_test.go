package lazyregexp

import (
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCompilesOnFirstUse(t *testing.T) {
	t.Parallel()
	r := newRegexp(`a+(b?)`, false)
	assert.Equal(t, `a+(b?)`, r.String())
	assert.Nil(t, r.compiled)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { assert.True(t, r.MatchString("xaab")) })
	}
	all.Wait()
	first := r.compiled
	assert.NotNil(t, first)
	assert.False(t, r.MatchString("xyz"))
	assert.Same(t, first, r.compiled)
}

func TestMistakeShowsInTests(t *testing.T) {
	t.Parallel()
	assert.Panics(t, func() { New(`(`) })
	r := newRegexp(`(`, false)
	assert.Panics(t, func() { r.MatchString("x") })
}

func TestSameAsRegexp(t *testing.T) {
	t.Parallel()
	const text, s = `(\w)(\d)?`, "a1 b c3"
	lazy, real := newRegexp(text, false), regexp.MustCompile(text)
	assert.Equal(t, real.String(), lazy.String())
	assert.Equal(t, real.FindSubmatch([]byte(s)), lazy.FindSubmatch([]byte(s)))
	assert.Equal(t, real.FindString(s), lazy.FindString(s))
	assert.Equal(t, real.FindStringIndex(s), lazy.FindStringIndex(s))
	assert.Equal(t, real.FindStringSubmatch(s), lazy.FindStringSubmatch(s))
	assert.Equal(t, real.FindStringSubmatchIndex(s), lazy.FindStringSubmatchIndex(s))
	assert.Equal(t, real.FindAllString(s, 2), lazy.FindAllString(s, 2))
	assert.Equal(t, real.FindAllStringIndex(s, 2), lazy.FindAllStringIndex(s, 2))
	assert.Equal(t, real.FindAllStringSubmatch(s, -1), lazy.FindAllStringSubmatch(s, -1))
	assert.Equal(t, real.Split(s, -1), lazy.Split(s, -1))
	assert.Equal(t, real.ReplaceAllString(s, "<$1>"), lazy.ReplaceAllString(s, "<$1>"))
	assert.Equal(t, real.ReplaceAllStringFunc(s, strings.ToUpper), lazy.ReplaceAllStringFunc(s, strings.ToUpper))
}
