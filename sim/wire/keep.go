package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// saveAfter is how long changes are collected before they are written.
const saveAfter = 300 * time.Millisecond

// Keep keeps the state of a simulated server in a file. All methods are safe for concurrent use.
type Keep struct {
	path     string
	snapshot func() ([]byte, error)
	trouble  func(error)

	disk   sync.Mutex // held while the file is written
	mu     sync.Mutex
	dirty  bool
	saving *time.Timer
	closed bool
}

// NewKeep keeps state in the file name of dir; with an empty dir nothing is kept. snapshot encodes the state, and trouble hears of a file that
// could not be written in the meantime.
func NewKeep(dir, name string, snapshot func() ([]byte, error), trouble func(error)) *Keep {
	k := &Keep{snapshot: snapshot, trouble: trouble}
	if dir != "" {
		k.path = filepath.Join(dir, name)
	}
	return k
}

// Load reads the file into state; it reports whether there was one.
func (k *Keep) Load(state any) (bool, error) {
	if k.path == "" {
		return false, nil
	}
	data, err := os.ReadFile(k.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read %s: %w", k.path, err)
	}
	if err := json.Unmarshal(data, state); err != nil {
		return false, fmt.Errorf("%s is damaged (delete it to start afresh): %w", k.path, err)
	}
	return true, nil
}

// Changed asks for a save, soon. It takes no lock that snapshot needs, so it may be called while the state is locked.
func (k *Keep) Changed() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.dirty = true
	if k.path == "" || k.saving != nil || k.closed {
		return
	}
	k.saving = time.AfterFunc(saveAfter, func() {
		k.mu.Lock()
		k.saving = nil
		k.mu.Unlock()
		if err := k.save(); err != nil {
			k.trouble(err)
		}
	})
}

// Close saves what has changed, and nothing after that.
func (k *Keep) Close() error {
	k.mu.Lock()
	k.closed = true
	k.mu.Unlock()
	return k.save()
}

// save writes the state beside its place and moves it there, so that a crash leaves the old or the new one.
func (k *Keep) save() error {
	if k.path == "" {
		return nil
	}
	k.disk.Lock()
	defer k.disk.Unlock()
	k.mu.Lock()
	dirty := k.dirty
	k.dirty = false
	k.mu.Unlock()
	if !dirty {
		return nil
	}
	data, err := k.snapshot()
	if err != nil {
		return fmt.Errorf("encode %s: %w", k.path, err)
	}
	if err := os.MkdirAll(filepath.Dir(k.path), 0o700); err != nil {
		return fmt.Errorf("save %s: %w", k.path, err)
	}
	next := k.path + ".next"
	if err := os.WriteFile(next, data, 0o600); err != nil {
		return fmt.Errorf("save %s: %w", k.path, err)
	}
	if err := os.Rename(next, k.path); err != nil {
		return fmt.Errorf("save %s: %w", k.path, err)
	}
	return nil
}
