package target

import (
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"sync"
	"time"
)

// maxFiles is how many uploads are remembered; their content is not.
const maxFiles = 20_000

// uploads answers the routes of files.
type uploads struct {
	processing time.Duration // time until a file is completed

	mu    sync.Mutex
	files *shelf[file]
}

type file struct {
	owner    *user
	name     string
	size     int64
	received time.Time
}

func newUploads(processing time.Duration) *uploads {
	return &uploads{processing: processing, files: newShelf[file](maxFiles)}
}

// upload answers POST /api/upload: a multipart form with a field "file".
func (u *uploads) upload(w http.ResponseWriter, r *http.Request, who *user) {
	name, size, err := readFile(r)
	if err != nil {
		refuse(w, http.StatusBadRequest, "No file uploaded", "Send a multipart form with a field named file")
		return
	}
	id := "file_" + rand.Text()
	u.mu.Lock()
	u.files.put(id, file{owner: who, name: name, size: size, received: time.Now()})
	u.mu.Unlock()
	reply(w, http.StatusAccepted, object{"fileId": id, "status": "processing", "filename": name, "size": size})
}

var errNoFile = errors.New("no field named file")

// readFile reads the field "file" of the form and drops its content.
func readFile(r *http.Request) (name string, size int64, err error) {
	form, err := r.MultipartReader()
	if err != nil {
		return "", 0, err
	}
	for {
		part, err := form.NextPart()
		if errors.Is(err, io.EOF) {
			return "", 0, errNoFile
		}
		if err != nil {
			return "", 0, err
		}
		if part.FormName() != "file" {
			continue
		}
		size, err := io.Copy(io.Discard, part)
		return part.FileName(), size, err
	}
}

// status answers GET /api/files/{id}/status.
func (u *uploads) status(w http.ResponseWriter, r *http.Request, who *user) {
	id := r.PathValue("id")
	u.mu.Lock()
	f, ok := u.files.get(id)
	u.mu.Unlock()
	if !ok || f.owner != who {
		refuse(w, http.StatusNotFound, "File not found", "No file of yours has this id")
		return
	}
	status := "processing"
	if time.Since(f.received) >= u.processing {
		status = "completed"
	}
	reply(w, http.StatusOK, object{"fileId": id, "status": status, "filename": f.name, "size": f.size})
}
