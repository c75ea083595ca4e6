package compare

import (
	"math"

	"github.com/featherweight/xk6-featherweight/internal/evidence"
)

// What is near in time resembles each other: a collection of garbage makes all turns of its second slow. So a phase is cut into
// blocks, and each block counts as one observation (batch means). Twenty blocks, whatever the length of the phase: between ten
// and thirty lose next to nothing and are as long as can be (Schmeiser: Batch size effects in the analysis of simulation
// output, Operations Research 30, 1982). At the default length of five minutes a block has 15 s, several times as long as a
// turn and its pause. If blocks resemble their neighbours all the same, they are joined two by two, as long as there are fewest.
// What is slower than that, such as the time of day, no single run can show: take several.
const (
	blockCount = 20
	fewest     = 5
	// resemble is how far the correlation of neighbours must lie above 0, in standard deviations of that of independent
	// blocks (1/√n), to be no chance in 19 of 20 cases.
	resemble = 1.645
)

// batch is what a block came to: how many there were, and their sum (of a share, how many counted).
type batch struct{ n, sum float64 }

// settled joins neighbours, as many into one as it takes until they do not resemble each other, and says how many that are.
func settled(all []batch) (joined []batch, together int) {
	together = 1
	for len(all) >= 2*fewest && correlation(all) > resemble/math.Sqrt(float64(len(all))) {
		together *= 2
		all = inPairs(all, func(a, b batch) batch { return batch{a.n + b.n, a.sum + b.sum} })
	}
	return all, together
}

// inPairs joins two by two; one that is left over comes to the last pair.
func inPairs[T any](all []T, join func(a, b T) T) []T {
	var out []T
	for i := 0; i+1 < len(all); i += 2 {
		out = append(out, join(all[i], all[i+1]))
	}
	if len(all)%2 == 1 && len(out) > 0 {
		out[len(out)-1] = join(out[len(out)-1], all[len(all)-1])
	}
	return out
}

func mean(all []batch) (n, value float64) {
	sum := 0.0
	for _, b := range all {
		n += b.n
		sum += b.sum
	}
	return n, sum / n
}

// correlation is that of neighbours: of how far their sums are from what the mean of all would make of their numbers.
func correlation(all []batch) float64 {
	_, m := mean(all)
	var products, squares, before float64
	for i, b := range all {
		off := b.sum - m*b.n
		if i > 0 {
			products += off * before
		}
		squares += off * off
		before = off
	}
	if squares == 0 {
		return 0
	}
	return products / squares
}

// spread is a variance, and on how many degrees of freedom its estimate stands.
type spread struct{ variance, freedom float64 }

// overTime is what the mean over time leaves open: its variance from that of the blocks, as that of a ratio (Cochran: Sampling
// techniques, 1977, §6.3), because blocks may differ in length. A single block tells nothing.
func overTime(all []batch) spread {
	all, _ = settled(all)
	n, m := mean(all)
	blocks := float64(len(all))
	if blocks < 2 { //nolint:mnd // a variance wants two
		return spread{math.Inf(1), 1}
	}
	squares := 0.0
	for _, b := range all {
		off := b.sum - m*b.n
		squares += off * off
	}
	return spread{blocks / (blocks - 1) * squares / (n * n), blocks - 1}
}

// sectioned is what a value of the whole leaves open, from the same value of each section of it (Asmussen and Glynn: Stochastic
// simulation, 2007, III.5a): unlike the mean of the sections, that of the whole has nearly no bias.
func sectioned(whole float64, sections []float64) spread {
	n := float64(len(sections))
	if n < 2 { //nolint:mnd // a variance wants two
		return spread{math.Inf(1), 1}
	}
	squares := 0.0
	for _, s := range sections {
		squares += (s - whole) * (s - whole)
	}
	return spread{squares / n / (n - 1), n - 1}
}

// users is how much turns of the same user resemble each other, and how many users there were.
type users struct{ resemblance, n float64 }

// usersOf finds that out from the interval of an objective, whose attempts are counted user by user. Resemblance is the
// correlation within a user, from the design effect 1 + (turns of a user - 1) · correlation (Kish: Survey sampling, 1965). It is
// that of the server, so it holds in every phase.
func usersOf(all group, r quantity) users {
	var out users
	runs := 0.0
	for _, run := range all {
		o, ok := run.judged(r.row.Name, r.row.Flow)
		if !ok || o.Evidence == nil || o.Evidence.Users == 0 {
			continue
		}
		n, number := float64(o.Evidence.N), float64(o.Evidence.Users)
		effective := min(n, max(o.Evidence.Effective, 1))
		if o.Evidence.Effective == 0 { // an older summary does not say it: each user counts as one
			effective = min(n, number)
		}
		if perUser := n / number; perUser > 1 {
			out.resemblance += min(1, (n/effective-1)/(perUser-1))
		}
		out.n += number
		runs++
	}
	if runs > 0 {
		out.resemblance /= runs
	}
	return out
}

// effect is how many times as large the users make the variance of n attempts.
func (u users) effect(n float64) float64 {
	if u.n == 0 || n <= u.n {
		return 1
	}
	return 1 + (n/u.n-1)*u.resemblance
}

// worth is how many independent attempts the batches of hits are worth. Attempts resemble each other within a block and within a
// user; the variance of both is that of the blocks, and that of the users, less that of independent ones, which is in both
// (Cameron, Gelbach, Miller: Robust inference with multiway clustering, JBES 29, 2011).
func worth(all []batch, by users, confidence float64) float64 {
	all, _ = settled(all)
	n, _ := mean(all)
	clusters := make([]evidence.Cluster, 0, len(all))
	for _, b := range all {
		clusters = append(clusters, evidence.Cluster{N: int(b.n), Hits: int(b.sum)})
	}
	return max(1, 1/(1/evidence.Effective(clusters, confidence)+(by.effect(n)-1)/n))
}
