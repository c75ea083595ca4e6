package fwhz

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/featherweight/xk6-featherweight/internal/chat"
)

func TestEveryRemedyHasItsWords(t *testing.T) {
	t.Parallel()
	for _, remedy := range chat.Remedies() {
		assert.NotEmpty(t, remedies[remedy], "remedy %d", remedy)
	}
	assert.Len(t, remedies, len(chat.Remedies()))
	bare := &chat.Failure{Message: "said"}
	assert.Same(t, bare, advised(bare), "where there is nothing to add")
	assert.Nil(t, advised(nil))
	assert.Equal(t, "said; connect in every iteration", advised(&chat.Failure{Message: "said", Remedy: chat.ConnectAgain}).Message)
}
