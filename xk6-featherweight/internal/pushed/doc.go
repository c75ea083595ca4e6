// Package pushed is what a runner of a test leaves in a Prometheus instead of in a folder, and how it is had back: its account
// in pieces, as the text of a label, and its recording as counters, gauges and native histograms.
//
//	fwhz_runner_account{testid, runner, state, piece, text}      1: a piece of the account; see pieces.go
//	fwhz_NAME_total{testid, runner, phase, reason}               a count
//	fwhz_NAME_hits_total, fwhz_NAME_samples_total                a share: how often, of how many
//	fwhz_NAME{testid, runner, phase}                             times in ms, as a native histogram of schema 6
//	fwhz_NAME_min, _max, _sum, _samples, _last                   a state over ten seconds; of times the first two
//
// Counters and histograms grow from the start of the run, as those of any program do, a sample for each ten seconds: rate(),
// sum() and histogram_quantile() of PromQL hold for one runner and for the sum of all.
package pushed
