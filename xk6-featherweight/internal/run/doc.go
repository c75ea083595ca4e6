// Package run is a supervised run on this machine: its folder and its state, the supervisor that outlives the terminal,
// showing its log as it grows, stopping it, and what follows it.
//
// A run lives in a session of its own. Its supervisor starts the test, waits, and writes down how it ended; whoever wants
// to see it follows its log. Nothing here knows k6, Docker or SSH: commands are handed in.
package run
