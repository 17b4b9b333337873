package store

import (
	"context"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"mayday/incident"
	"mayday/routine"
)

// answersAlone are the methods that ask the database nothing when they are given nothing, and why.
var answersAlone = map[string]string{
	"Receive": "it waits for whoever writes down, as long as its context lasts", "SaveReadings": "nothing is to be kept", "Greet": "nobody is to be greeted", "MeansOneOf": "an empty name is no channel", "Forget": "nothing is too old", "MeansByNumber": "an incident without an identity is meant",
	"SeeIn": "what is no channel has no incident", "InChannel": "what is no channel has no incident",
}

// TestEveryQuestionSaysThatTheDatabaseIsAway: whatever the store is asked, no error of the database is taken for an answer.
func TestEveryQuestionSaysThatTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	s := open(t, newURL(t), nil)
	s.Close()
	var (
		inContext = reflect.TypeFor[context.Context]()
		failure   = reflect.TypeFor[error]()
		tried     int
	)
	for i := range reflect.TypeOf(s).NumMethod() {
		m := reflect.TypeOf(s).Method(i)
		outs := m.Type.NumOut()
		if m.Type.NumIn() < 2 || m.Type.In(1) != inContext || outs == 0 || m.Type.Out(outs-1) != failure || answersAlone[m.Name] != "" {
			continue
		}
		in := []reflect.Value{reflect.ValueOf(s), reflect.ValueOf(t.Context())}
		for n := 2; n < m.Type.NumIn(); n++ {
			of := reflect.Zero(m.Type.In(n))
			for _, v := range []any{routine.CheckRunbook{}, incident.Show{}} {
				if m.Type.In(n).Kind() == reflect.Interface && reflect.TypeOf(v).Implements(m.Type.In(n)) {
					of = reflect.ValueOf(v)
				}
			}
			in = append(in, of)
		}
		call := m.Func.Call
		if m.Type.IsVariadic() {
			call = m.Func.CallSlice
		}
		tried++
		err, _ := call(in)[outs-1].Interface().(error)
		assert.Error(t, err, m.Name)
		for _, answer := range []error{ErrNotFound, ErrDuplicate, ErrAnother, ErrOvertaken, ErrSourceThere} {
			assert.NotErrorIs(t, err, answer, m.Name)
		}
	}
	require.Greater(t, tried, 80)
}
