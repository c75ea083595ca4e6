// Package stopped holds what a run leaves against how it was stopped: every signal in every phase, a full disk, results that
// nobody reads, a server that dies. The binary is the real one; runs are short and mostly wait, so many go at a time.
package stopped
