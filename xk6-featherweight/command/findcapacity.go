package command

import (
	"context"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/featherweight/xk6-featherweight/internal/capacity"
	"github.com/featherweight/xk6-featherweight/internal/config"
)

const findCapacityHelp = `Find the most load that the server holds: users (VUS), or with ARRIVAL_RATE conversations a second, at which every objective
is met, the frequency of the loop included.

It runs the main test again and again, each time with another load and as a run of its own: first a sixteenth of VUS, then twice as
much each time until something gives way, then in the middle between what was held and what gave way, until both are within
5 % (or one user) of each other; then each of the two once more. A run is ended as soon as it is certain that an objective is
missed. The answer is those two loads, and what gave way first. Ctrl-C ends it, and leaves what has been found.

  NAME=value      a variable, see "config"; wins over the environment and .env.test
  --from N        the first load (default: a sixteenth of VUS, or of ARRIVAL_RATE)
  --within SHARE  how far apart the two loads may be (default 0.05: 5 %)
  --skip-health   without the health check before the first run
  --dry-run       only say what would be tried, and how long it takes

VUS or ARRIVAL_RATE is the highest load that is tried. Where nobody says otherwise, a run is IDLE=3s, ramps of RAMP_SCALE=0.05 and
DURATION=30s. TIMES
It never takes longer than that: a search that would is left, with what it has found.

The folder of the search, test-results/...-capacity, has capacity.json and report.html, with frequency and times over the load.
The exit code is 0 when the answer was found, 99 when no load was held or the load generator gave way first, 105 when it was stopped,
1 when it was left before its end.`

// capacityValues are what a run of the search is like, where nobody says otherwise.
func capacityValues() []string { return []string{"IDLE=3s", "RAMP_SCALE=0.05", "DURATION=30s"} }

// searchType is the main test under another name. What follows a failed test, such as a rollback, does not follow its runs.
func searchType() config.TestType {
	t := config.TestTypes()[0]
	t.Name, t.HealthFirst = "capacity-step", true
	return t
}

// searchWords are the words behind find-capacity.
type searchWords struct {
	runWords
	from, within float64
}

func findCapacityVerb(d *door) *cobra.Command {
	w := searchWords{}
	cmd := d.verb("find-capacity [NAME=value ...] [--from N] [--within SHARE] [--skip-health] [--dry-run]",
		"the most users, or conversations a second, that the server holds", func(ctx context.Context, args []string) error {
			words, err := assignments(args)
			if err != nil {
				return err
			}
			if err := d.loadSearch(words); err != nil {
				return err
			}
			s, err := d.newSearch(w)
			if err != nil {
				return err
			}
			if w.dryRun {
				s.tellPlan()
				return nil
			}
			return s.run(ctx)
		})
	cmd.Flags().Float64Var(&w.from, "from", 0, "")
	cmd.Flags().Float64Var(&w.within, "within", defaultWithin, "")
	cmd.Flags().BoolVar(&w.skipHealth, "skip-health", false, "")
	cmd.Flags().BoolVar(&w.dryRun, "dry-run", false, "")
	cmd.Flags().VisitAll(hideFlag) // the text says it better
	cmd.Long = strings.Replace(findCapacityHelp, "TIMES", d.searchTimes(), 1)
	return cmd
}

// searchTimes is how long a search takes with the values that nobody has changed, for the help.
func (d *door) searchTimes() string {
	settings, err := config.Resolve(config.Sources{CommandLine: capacityValues()})
	if err != nil {
		panic(err) // they are allowed: the dry run of a test
	}
	other := *d
	other.settings = settings
	s, err := other.newSearch(searchWords{within: defaultWithin})
	if err != nil {
		panic(err) // the same
	}
	usually, atMost := s.plan.Length(s.step())
	return "With VUS=" + settings.Value("VUS") + " the search takes about " + minutes(usually) + ", and at most " + minutes(atMost) +
		"; --dry-run says it for other values."
}

// minutes is a length as people say it.
func minutes(d time.Duration) string {
	if d < 2*time.Minute {
		return strconv.Itoa(int(d.Seconds()+1)) + " seconds"
	}
	return strconv.Itoa(int((d+time.Minute-1)/time.Minute)) + " minutes"
}

// loadSearch finds what is in force for the runs of a search.
func (d *door) loadSearch(words []string) error {
	if err := d.load(words); err != nil {
		return err
	}
	for _, word := range capacityValues() {
		name, value, _ := strings.Cut(word, "=")
		if s := d.settings.Get(name); !s.IsChanged() && s.Origin != config.OriginCommandLine {
			d.settings = d.settings.With(name, value, "find-capacity")
		}
	}
	for name, value := range map[string]string{"ABORT_WHEN_CERTAIN": "true", "ABORT_ON_FAIL": "0s", "ROLLBACK_COMMAND": ""} { // a run ends for one reason
		d.settings = d.settings.With(name, value, "find-capacity")
	}
	switch {
	case d.value("SSH_HOST") != "":
		return failf(exitUsage, "find-capacity runs on this machine, and SSH_HOST=%s names another: call it there", d.value("SSH_HOST"))
	case !d.settings.True("SAVE_TEST_RESULTS"):
		return failf(exitUsage, "find-capacity with SAVE_TEST_RESULTS=false: its answer stands on the results of its runs, leave it out")
	}
	return nil
}

// The search as it is by default.
const (
	defaultWithin = 0.05
	firstShare    = 16   // of the most, below the line
	rateGrains    = 1000 // as many rates there are up to the most
)

// newSearch is what is to be tried.
func (d *door) newSearch(w searchWords) (*search, error) {
	values, err := config.Check(d.settings, config.Main)
	if err != nil {
		return nil, failf(exitUsage, "%v", err)
	}
	s := &search{door: d, values: values, words: w, variable: "VUS", unit: "users"}
	s.plan = capacity.Plan{Most: float64(values.Int("VUS")), Grain: float64(max(1, values.Int("USERS_PER_VU"))), Within: w.within}
	if rate := values.Float("ARRIVAL_RATE"); rate > 0 {
		s.variable, s.unit = "ARRIVAL_RATE", "conversations a second"
		s.plan.Most, s.plan.Grain = rate, rate/rateGrains
	}
	s.plan.From = w.from
	if w.from == 0 {
		s.plan.From = max(s.plan.Most/firstShare, s.plan.Grain)
	}
	if s.plan.From < s.plan.Grain || s.plan.From > s.plan.Most {
		return nil, failf(exitUsage, "--from %v is not allowed: a load up to %s=%v, the most that is tried", w.from, s.variable, s.plan.Most)
	}
	s.plan.From = math.Round(s.plan.From/s.plan.Grain) * s.plan.Grain // as the search tries it: nobody is half a user
	if w.within < 0.001 || w.within > 1 {
		return nil, failf(exitUsage, "--within %v is not allowed: a share from 0.001 to 1, such as 0.05 for 5 %%", w.within)
	}
	s.search = capacity.New(s.plan)
	return s, nil
}
