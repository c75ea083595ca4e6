// Package soak runs the main job for long and looks at what k6 holds meanwhile: memory, goroutines, open files. SOAK is how
// long (an hour at 200 users for "make soak"); without it, it is short, with quick users.
package soak
