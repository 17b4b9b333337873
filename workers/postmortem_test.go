package workers

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"mayday/incident"
)

// shelf is a repository of which only its visibility matters.
type shelf struct {
	PrivateShelf
	public bool
	err    error
}

func (s shelf) Public(context.Context) (bool, error) { return s.public, s.err }

func TestAPrivateIncidentNeverGoesWhereEverybodyReads(t *testing.T) {
	private, public, broken := shelf{}, shelf{public: true}, shelf{err: errors.New("GitHub is down")}
	for name, tt := range map[string]struct {
		shelf PrivateShelf
		want  Shelf
		fails bool
	}{
		"no repository for it":     {nil, nil, false},
		"a private repository":     {private, private, false},
		"a public one":             {public, nil, false},
		"one that cannot be asked": {broken, nil, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := &Workers{Config: Config{PrivateShelf: tt.shelf}}
			got, err := w.shelfFor(t.Context(), incident.Incident{Private: true})
			assert.Equal(t, tt.want, got)
			assert.Equal(t, tt.fails, err != nil)
		})
	}
}
