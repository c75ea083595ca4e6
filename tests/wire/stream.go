package wire

// stream puts one direction of a connection in order.
type stream struct {
	begun bool
	next  uint32            // the sequence number that is to come
	early map[uint32][]byte // what came before its turn, by its own
}

func (s *stream) begin(syn uint32) {
	*s = stream{begun: true, next: syn + 1, early: map[uint32][]byte{}}
}

// take returns the bytes that a reader can have from now on: those of this segment that are new, and what waited for it.
func (s *stream) take(seq uint32, payload []byte) []byte {
	behind := int(int32(s.next - seq)) // sequence numbers wrap
	switch {
	case behind < 0:
		if len(payload) > len(s.early[seq]) {
			s.early[seq] = payload
		}
		return nil
	case behind >= len(payload): // sent again
		return nil
	}
	out := payload[behind:]
	s.next += uint32(len(out))
	for seq, payload := range s.early {
		if int32(s.next-seq) >= 0 {
			delete(s.early, seq)
			out = append(out[:len(out):len(out)], s.take(seq, payload)...)
		}
	}
	return out
}
