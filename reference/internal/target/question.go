package target

import (
	"encoding/json"
	"fmt"
	"slices"
)

// question is what counts of a valid frame of a client. The real server does not look at its type: every valid frame,
// even stop_generation, starts an answer.
type question struct {
	// id is the messageId as JSON, ready to be echoed, or nil when the frame had none.
	id []byte
	// user is the userId, or "".
	user string
}

// messageTypes are the types that a frame of a client may have.
func messageTypes() []string {
	return []string{
		"user_message", "assistant_message", "system_message", "stream_event", "error", "stop_generation",
		"get_memory", "memory_update",
	}
}

// parseQuestion checks a frame. What is wrong comes back as the text for the error frame.
func parseQuestion(frame []byte) (question, string) {
	var in struct {
		Type, UserID                  string
		Content, MessageID, Timestamp *string
	}
	if err := json.Unmarshal(frame, &in); err != nil {
		return question{}, err.Error()
	}
	if !slices.Contains(messageTypes(), in.Type) {
		return question{}, fmt.Sprintf("Invalid enum value of type: %q", in.Type)
	}
	q := question{user: in.UserID}
	if in.MessageID != nil {
		id, err := json.Marshal(in.MessageID)
		if err != nil {
			return question{}, err.Error()
		}
		q.id = id
	}
	return q, ""
}
