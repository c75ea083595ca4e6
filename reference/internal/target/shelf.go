package target

// shelf keeps the newest values by key. When it is full the oldest goes, so that a long test cannot fill the memory.
// It is not safe for concurrent use.
type shelf[V any] struct {
	limit int
	items map[string]V
	order []string // keys, oldest first; a key that was removed stays until its turn comes
}

func newShelf[V any](limit int) *shelf[V] {
	return &shelf[V]{limit: limit, items: make(map[string]V)}
}

func (s *shelf[V]) get(key string) (V, bool) {
	v, ok := s.items[key]
	return v, ok
}

// put adds a value under a new key.
func (s *shelf[V]) put(key string, value V) {
	if len(s.order) >= s.limit {
		oldest := s.order[0]
		s.order = s.order[1:]
		delete(s.items, oldest)
	}
	s.items[key] = value
	s.order = append(s.order, key)
}

// remove takes a value away before its time.
func (s *shelf[V]) remove(key string) { delete(s.items, key) }
