package run

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"time"
)

// Follow shows a run's log as it grows, until the run is over or ctx ends. Writes end at the end of a line, but for the last
// one. The error says that the run ended without a result.
func Follow(ctx context.Context, folder Folder, w io.Writer) error {
	lines := &wholeLines{to: w}
	if err := CopyLog(ctx, folder, 0, lines); err != nil {
		return err
	}
	if err := lines.flush(); err != nil {
		return err
	}
	state, err := folder.State()
	if err != nil || state.Phase != Finished {
		return fmt.Errorf("the run %s ended without a result: its process is gone (killed, or the machine restarted); %s has what it wrote",
			folder.Name(), folder.File(LogFile))
	}
	return nil
}

// CopyLog copies a run's log to w as it grows, from a byte on, until the run is over, ctx ends, or w cannot be written.
func CopyLog(ctx context.Context, folder Folder, from int64, w io.Writer) error {
	log, err := os.Open(folder.File(LogFile))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	if _, err := log.Seek(from, io.SeekStart); err != nil {
		return err
	}
	for {
		over := !folder.Lives() // first: what was written before its end is copied
		if _, err := io.Copy(w, log); err != nil || over {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(look):
		}
	}
}

// wholeLines hands on lines when they are whole.
type wholeLines struct {
	to   io.Writer
	rest []byte
}

func (l *wholeLines) Write(p []byte) (int, error) {
	l.rest = append(l.rest, p...)
	end := bytes.LastIndexByte(l.rest, '\n') + 1
	if end == 0 {
		return len(p), nil
	}
	_, err := l.to.Write(l.rest[:end])
	l.rest = append(l.rest[:0], l.rest[end:]...)
	return len(p), err
}

func (l *wholeLines) flush() error {
	if len(l.rest) == 0 {
		return nil
	}
	_, err := l.to.Write(l.rest)
	return err
}
