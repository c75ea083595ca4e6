// Package remote is another machine, reached through the user's own ssh, so that their configuration, agents and jump
// hosts hold. No connection asks a question, and any may be lost.
//
// What ssh runs there is constant: folder and request come through standard input, so that no login shell has to be quoted
// for and no process list shows a value. Nothing here knows k6; what a request means is the business of who answers it.
package remote
