// Package trust is the fault matrix: one table of what can be wrong with a server, the network, the load generator and the
// configuration, in strengths just inside and just outside of every limit, with the verdict that is right. Each row runs the
// real binary against the reference target, and the two accounts of what happened are held against each other.
//
// tests/trust/run runs all of it, three times with other seeds, and writes docs/trust.md. "go test ./trust" runs the short form.
package trust
