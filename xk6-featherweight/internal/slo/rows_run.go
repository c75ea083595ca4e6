package slo

import "github.com/featherweight/xk6-featherweight/internal/format"

// runRows are whether the run says anything at all.
func (p Plan) runRows() []Row {
	rare := Print{placeRare, PrintRare}
	never := Row{Kind: Precondition, Statistic: count, Relation: Less, Limit: 1, Print: rare} // one time is too many
	failures, suspended, replicas, leaps := never, never, never, never

	failures.Name, failures.Metric, failures.Generator = "generator failures", failuresOf(generator), true
	failures.also = []string{"generator_failures"} // of requests
	failures.words = words{
		thing: "time", met: "the load generator had ports, files and memory enough",
		missed: "the load generator itself had no port, file or memory left {things}: the log says which; " +
			"raise that limit (./test-setup.sh), or lower VUS",
	}
	suspended.Name, suspended.Metric, suspended.Generator = "generator awake", "generator_suspended", true
	suspended.words = words{
		thing: "time", met: "the load generator was awake all the time",
		missed: "the load generator slept or was paused {things}: keep it awake, and measure again",
	}
	replicas.Name, replicas.Metric = "one loop", "loop_replicas"
	replicas.words = words{
		met: "one process answered at METRICS_URL",
		missed: "several processes answer at METRICS_URL, each with a counter of its own: " +
			"name one of them (METRICS_URL, or its labels in HZ_COUNTER)",
	}
	leaps.Name, leaps.Metric = "loop in course", "loop_leaps"
	leaps.words = words{
		thing: "time", met: "the loop's counter went on as a loop can turn",
		missed: "the loop's counter leapt {things} further than a loop can turn: it was set, or this machine was paused, and what the " +
			"loop did then is not known; look at the service's log and at what else this machine does, and measure again",
	}
	lag := Row{
		Name: "generator lag", Kind: Precondition, Metric: "generator_error", Generator: true,
		Statistic: "p(99)", Relation: AtMost, Limit: p.of("GENERATOR_LAG_P99"), Unit: format.Milliseconds,
		Print:  Print{placeLag, PrintSingle},
		guards: []guard{{metric: "generator_error", statistic: "max"}},
		words: words{
			none: "it is not known whether the load generator kept up",
			met:  "the load generator's lateness is in its times with up to {value} (p99), not more than {limit}",
			missed: "the load generator was late, and that is in its times with up to {value} (p99), more than {limit}: " +
				"what it measured may be its own weakness; lower VUS or give it more CPU",
		},
	}
	coverage := Row{
		Name: "loop coverage", Kind: Precondition, Metric: "hz_coverage", Statistic: rate, Relation: AtLeast, Limit: p.of("HZ_COVERAGE"), Unit: format.Ratio,
		Print: Print{placeCoverage, PrintSingle}, digits: 1,
		guards: []guard{{metric: "hz_scrapes", statistic: count}},
		words: words{
			none:   "the loop was never read",
			met:    "the loop was measured in {value} of the run",
			missed: "the loop was measured in {value} of the run, less than {limit}",
		},
	}
	lost := Row{ // see hz.Window
		Name: "loop in sight", Kind: Precondition, Metric: "loop_lost_time", Statistic: "max", Relation: AtMost, Limit: p.of("LOOP_LONGEST_GAP"), Unit: format.Milliseconds,
		Print: rare, absent: Pass, judge: judgeSight,
		words: words{
			none: "only a counter shows how long the loop was out of sight",
			met:  "the loop was never out of sight for long without having turned as usual",
			missed: "the loop lacks turns for {shown} between two readings, for one took long, failed or came late: " +
				"it may have stood still for longer than {limit}",
		},
	}
	rows := []Row{
		lag, failures, suspended, replicas, leaps,
		p.unseenRow(inSteady("loop_unseen"), "the steady phase"), p.unseenRow("loop_unseen", "the run"),
		lost, coverage,
	}
	if p.Open {
		rows = append(rows, arrivalsRow())
	}
	return rows
}

// mostUnmet is the share of conversations that may find no user.
const mostUnmet = 0.01

// arrivalsRow is about conversations that were to begin when all users were busy: they never were, so the load was less than
// promised. That is not held against the generator alone: what the others missed was missed at less than the promised load.
func arrivalsRow() Row {
	return Row{
		Name: "free users", Kind: Precondition, Metric: "chat_arrivals_missed", Statistic: rate, Relation: AtMost, Limit: mostUnmet, Unit: format.Ratio,
		Print: Print{placeArrivals, PrintSingle}, digits: 2,
		guards: []guard{{metric: "chat_arrivals", statistic: count}},
		words: words{
			none: "no conversation began as scheduled: a script of one's own calls suite.arrive() before each (ARRIVAL_RATE)",
			met:  "{value} of conversations ({hits} of {n}) found no free user when they were to begin, not more than {limit}",
			missed: "{value} of conversations ({hits} of {n}) found no free user when they were to begin, more than {limit}: " +
				"raise VUS, or lower ARRIVAL_RATE",
		},
	}
}

// unseenRow is about a loop that is out of sight at the end: it may stand still since then.
func (p Plan) unseenRow(metric, of string) Row {
	return Row{
		Name: "loop seen to the end of " + of, Kind: Precondition, Metric: metric, Statistic: value, Relation: AtMost, Limit: p.unseen(), Unit: format.Milliseconds,
		Print: Print{placeRare, PrintRare},
		words: words{
			met:    "the loop was read to the end of " + of,
			missed: "the loop could not be read any more for the last {shown} of " + of + ": it may have stood still, or be gone",
		},
	}
}
