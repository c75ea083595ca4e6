// Package e2e runs the real binary against the reference target, as its users do, and compares what comes out with
// what the target knows.
package e2e
