package target

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMessagesHistoryAndConversations(t *testing.T) {
	t.Parallel()
	a := newAPI(t, startReal(t, quick()))
	for _, path := range []string{"/api/chat/history", "/api/chat/conversations"} {
		code, _ := a.get(path)
		assert.Equal(t, http.StatusUnauthorized, code)
	}
	a.login()
	_, empty := a.get("/api/chat/history")
	assert.Equal(t, []any{}, empty["messages"], "a list even when there is nothing in it")
	_, empty = a.get("/api/chat/conversations")
	assert.Equal(t, []any{}, empty["conversations"])
	code, first := a.post("/api/chat/message", `{"message":"Hello"}`)
	assert.Equal(t, http.StatusOK, code)
	assert.NotEmpty(t, first["response"])
	assert.NotEmpty(t, first["messageId"])
	id := first["conversationId"].(string)
	_, second := a.post("/api/chat/message", `{"content":"Again","conversationId":"`+id+`"}`)
	assert.Equal(t, id, second["conversationId"])
	_, _ = a.post("/api/chat/message", `{"message":"Something else"}`)
	_, all := a.get("/api/chat/history")
	assert.InDelta(t, 6, all["total"], 0)
	_, some := a.get("/api/chat/history?limit=3&conversationId=" + id)
	assert.InDelta(t, 4, some["total"], 0)
	messages := some["messages"].([]any)
	require.Len(t, messages, 3)
	assert.Equal(t, "assistant", messages[0].(map[string]any)["role"])
	assert.Equal(t, "Again", messages[1].(map[string]any)["content"])
	_, list := a.get("/api/chat/conversations")
	conversations := list["conversations"].([]any)
	require.Len(t, conversations, 2)
	assert.Equal(t, "Hello", conversations[0].(map[string]any)["title"])
	assert.InDelta(t, 4, conversations[0].(map[string]any)["messageCount"], 0)
	for _, bad := range []string{`{}`, `x`} {
		code, _ = a.post("/api/chat/message", bad)
		assert.Equal(t, http.StatusBadRequest, code, bad)
	}
	code, _ = a.get("/api/chat/history?limit=0")
	assert.Equal(t, http.StatusBadRequest, code)
}

func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	var h history
	for range maxMessages {
		h.add(message{}, message{})
	}
	assert.Len(t, h.of(""), maxMessages)
	s := newShelf[int](3)
	for i := range 10 {
		s.put(fmt.Sprint(i), i)
	}
	assert.Equal(t, map[string]int{"7": 7, "8": 8, "9": 9}, s.items)
	assert.Len(t, s.order, 3)
}

func TestTheOldestUserGoesButNotTheDemoUser(t *testing.T) {
	t.Parallel()
	u := newUsers(1)
	u.byEmail.limit = 2
	for _, name := range []string{"ann", "bob", "cy"} {
		require.NotNil(t, u.register(registration{Username: name, Email: name + "@example.com", Password: name}))
	}
	assert.Nil(t, u.login("ann@example.com", "ann"))
	assert.NotNil(t, u.login("bob@example.com", "bob"))
	assert.NotNil(t, u.login(demoEmail, demoPassword))
}
