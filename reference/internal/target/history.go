package target

import (
	"cmp"
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"time"
)

const (
	// maxMessages is how many messages of a user are remembered, over all conversations.
	maxMessages = 50
	// maxContent is how much of a message is remembered, in bytes.
	maxContent = 1 << 10
)

// message is one message of a conversation over HTTP.
type message struct {
	ID             string `json:"id"`
	ConversationID string `json:"conversationId"`
	Role           string `json:"role"` // user or assistant
	Content        string `json:"content"`
	Timestamp      string `json:"timestamp"`
}

// history is what a user said and was answered, oldest first.
type history struct {
	mu       sync.Mutex
	messages []message
}

func (h *history) add(m ...message) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.messages = append(h.messages, m...)
	if excess := len(h.messages) - maxMessages; excess > 0 {
		h.messages = slices.Delete(h.messages, 0, excess)
	}
}

// of returns the messages of a conversation, or all of them with "".
func (h *history) of(conversation string) []message {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := make([]message, 0, len(h.messages))
	for _, m := range h.messages {
		if conversation == "" || m.ConversationID == conversation {
			out = append(out, m)
		}
	}
	return out
}

// postMessage answers POST /api/chat/message {message, conversationId?}; "content" will do for "message".
func postMessage(w http.ResponseWriter, r *http.Request, who *user) {
	var in struct {
		Message        string `json:"message"`
		Content        string `json:"content"`
		ConversationID string `json:"conversationId"`
	}
	if !readJSON(w, r, &in) {
		return
	}
	said := cmp.Or(in.Message, in.Content)
	if said == "" {
		invalid(w, "message is required")
		return
	}
	now := iso(time.Now())
	question := message{
		ID: rand.Text(), ConversationID: cmp.Or(in.ConversationID, "conv_"+rand.Text()), Role: "user",
		Content: said[:min(len(said), maxContent)], Timestamp: now,
	}
	answer := question
	answer.ID, answer.Role, answer.Content = rand.Text(), "assistant", "A feather weighs what it carries."
	who.history.add(question, answer)
	reply(w, http.StatusOK, object{
		"messageId": answer.ID, "conversationId": answer.ConversationID, "response": answer.Content, "timestamp": now,
	})
}

// getHistory answers GET /api/chat/history?conversationId=&limit=: the latest messages, oldest first.
func getHistory(w http.ResponseWriter, r *http.Request, who *user) {
	messages := who.history.of(r.URL.Query().Get("conversationId"))
	total := len(messages)
	if text := r.URL.Query().Get("limit"); text != "" {
		limit, err := strconv.Atoi(text)
		if err != nil || limit < 1 {
			invalid(w, "limit must be a whole number above 0")
			return
		}
		messages = messages[max(0, total-limit):]
	}
	reply(w, http.StatusOK, object{"messages": messages, "total": total})
}

// conversation is one line of GET /api/chat/conversations.
type conversation struct {
	ID           string `json:"id"`
	Title        string `json:"title"`
	MessageCount int    `json:"messageCount"`
	UpdatedAt    string `json:"updatedAt"`
}

// getConversations answers GET /api/chat/conversations, in the order in which they began.
func getConversations(w http.ResponseWriter, _ *http.Request, who *user) {
	list := []conversation{}
	for _, m := range who.history.of("") {
		i := slices.IndexFunc(list, func(c conversation) bool { return c.ID == m.ConversationID })
		if i < 0 {
			i = len(list)
			list = append(list, conversation{ID: m.ConversationID, Title: m.Content})
		}
		list[i].MessageCount++
		list[i].UpdatedAt = m.Timestamp
	}
	reply(w, http.StatusOK, object{"conversations": list, "total": len(list)})
}
