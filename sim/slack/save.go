package slack

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// saveAfter is how long changes are collected before they are written.
const saveAfter = 300 * time.Millisecond

func (s *Sim) file() string { return filepath.Join(s.o.Dir, "workspace.json") }

// saveSoon asks for a save; the caller holds the lock.
func (s *Sim) saveSoon() {
	if s.o.Dir == "" || s.saving != nil || s.closed {
		return
	}
	s.saving = time.AfterFunc(saveAfter, func() {
		s.mu.Lock()
		s.saving = nil
		s.mu.Unlock()
		if err := s.save(); err != nil {
			s.ledger.violate("the workspace could not be saved: %v", err)
		}
	})
}

// save writes the workspace beside its place and moves it there, so that a crash leaves the old or the new one.
func (s *Sim) save() error {
	if s.o.Dir == "" {
		return nil
	}
	s.disk.Lock()
	defer s.disk.Unlock()
	s.mu.Lock()
	if !s.dirty {
		s.mu.Unlock()
		return nil
	}
	data, err := json.Marshal(s.w)
	s.dirty = false
	s.mu.Unlock()
	if err != nil {
		return fmt.Errorf("sim/slack: %w", err)
	}
	if err := os.MkdirAll(s.o.Dir, 0o700); err != nil {
		return fmt.Errorf("sim/slack: %w", err)
	}
	next := s.file() + ".next"
	if err := os.WriteFile(next, data, 0o600); err != nil {
		return fmt.Errorf("sim/slack: %w", err)
	}
	if err := os.Rename(next, s.file()); err != nil {
		return fmt.Errorf("sim/slack: %w", err)
	}
	return nil
}

// load reads a saved workspace; it reports whether there was one.
func (s *Sim) load() (bool, error) {
	if s.o.Dir == "" {
		return false, nil
	}
	data, err := os.ReadFile(s.file())
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("sim/slack: %w", err)
	}
	if err := json.Unmarshal(data, &s.w); err != nil {
		return false, fmt.Errorf("sim/slack: %s is damaged (delete it to start afresh): %w", s.file(), err)
	}
	s.w.prepare()
	return true, nil
}

// prepare makes the maps that a new or old workspace lacks.
func (w *workspace) prepare() {
	if w.Homes == nil {
		w.Homes = map[string]*View{}
	}
	if w.Contents == nil {
		w.Contents = map[string][]byte{}
	}
	if w.Branches == nil {
		w.Branches = map[string]map[string][]byte{}
	}
}
