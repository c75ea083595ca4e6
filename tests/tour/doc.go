// Package tour holds the documents to what is so: every block of docs/tour.md is run, its pictures can be taken, every link in
// the documents leads somewhere, and every line of docs/comparison.md names its source.
package tour
