package slo

// Beyond is the sequential test, for its error to be measured.
var Beyond = beyond
