// Package target is the reference Featherweight server: a faithful stand-in with a truth of its own.
//
// It has the two ports of the real system (API and chat), a loop that really runs and counts, a chat that really
// streams, and every fault that a load test must be able to notice. What it did, it knows exactly: [Truth] counts
// ticks, connections, turns and tokens, so that a test can compare a client's numbers with it by equality.
//
// Four invariants hold everywhere in this package:
//
//   - A count is made before the bytes that let a client know of it are written, and is taken back if the write fails.
//     Whoever has seen a frame finds it counted.
//   - Every started turn ends exactly once: completed, cut or failed.
//   - Once a close frame was read or written, nothing but that close handshake is written on the connection.
//   - Time comes from one schedule per thing (loop, answer), measured from its start, so that nothing drifts.
//
// The package knows nothing of the measuring side: a bug shared by both would go unseen.
package target
