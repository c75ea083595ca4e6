package harness

import (
	"bytes"
	"sync"
)

// Screen takes what a process writes while a test reads it.
type Screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write adds to it.
func (s *Screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// String is what was written so far.
func (s *Screen) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}
