// Package runners makes one result of what several runners of a test left: k6's execution segments, each a process of its own.
// A runner writes an Account beside its recording; Join adds them up, says why they do not make a whole, and hands the sum to
// the judge of the single run. Pure: files are read elsewhere.
package runners
