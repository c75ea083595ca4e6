package target

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// form is a multipart body with one file.
func form(t *testing.T, field string, size int) (contentType, body string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	require.NoError(t, w.WriteField("note", "first"))
	part, err := w.CreateFormFile(field, "thoughts.txt")
	require.NoError(t, err)
	_, err = part.Write(bytes.Repeat([]byte("x"), size))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return w.FormDataContentType(), b.String()
}

func TestUploadIsProcessedAndCompleted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, pipe, _ := startVirtual(t, DefaultConfig())
		a := &api{t: t, url: "http://api", client: pipeClient(pipe)}
		contentType, body := form(t, "file", 1000)
		code, _ := a.do(http.MethodPost, "/api/upload", contentType, body)
		assert.Equal(t, http.StatusUnauthorized, code)
		a.login()
		code, file := a.do(http.MethodPost, "/api/upload", contentType, body)
		assert.Equal(t, http.StatusAccepted, code)
		assert.Equal(t, "processing", file["status"])
		assert.InDelta(t, 1000, file["size"], 0)
		path := "/api/files/" + file["fileId"].(string) + "/status"
		for _, want := range []string{"processing", "completed"} {
			code, status := a.get(path)
			assert.Equal(t, http.StatusOK, code)
			assert.Equal(t, want, status["status"])
			assert.Equal(t, file["fileId"], status["fileId"])
			time.Sleep(time.Second)
		}
		code, _ = a.get("/api/files/file_x/status")
		assert.Equal(t, http.StatusNotFound, code)
		_, _ = a.post("/api/auth/register", alice)
		_, login := a.post("/api/auth/login", `{"email":"alice@example.com","password":"Secret1!x"}`)
		a.token = login["token"].(string)
		code, _ = a.get(path)
		assert.Equal(t, http.StatusNotFound, code, "the file of somebody else")
		s.Stop(t.Context())
	})
}

func TestUploadRefusesWhatHasNoFile(t *testing.T) {
	t.Parallel()
	a := newAPI(t, startReal(t, quick()))
	a.login()
	for field, want := range map[string]int{"file": http.StatusAccepted, "image": http.StatusBadRequest} {
		contentType, body := form(t, field, 1_000_000)
		code, _ := a.do(http.MethodPost, "/api/upload", contentType, body)
		assert.Equal(t, want, code, field)
	}
	code, _ := a.post("/api/upload", `{}`)
	assert.Equal(t, http.StatusBadRequest, code)
}
