package runners

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/featherweight/xk6-featherweight/internal/format"
	"github.com/featherweight/xk6-featherweight/internal/record"
	"github.com/featherweight/xk6-featherweight/internal/result"
)

// Runner is one of a test: what it left.
type Runner struct {
	// Name is that of its folder.
	Name    string
	Account Account
	// Recording is nil where there is none; Problem says why not.
	Recording *record.Recording
	Problem   string
}

// flaws are why the runners do not make one whole test; late is by how much one may begin after the first.
func flaws(all []Runner, late time.Duration) []string {
	first := all[0]
	var out []string
	var parts []segment
	var names []string
	observers := 0
	for _, r := range all {
		if r.Account.Part == "" {
			out = append(out, r.Name+" is missing: "+r.Problem)
			continue
		}
		out = append(out, strange(r, first)...)
		part, err := parseSegment(r.Account.Part)
		if err != nil {
			out = append(out, r.Name+": "+err.Error())
			continue
		}
		parts, names = append(parts, part), append(names, r.Name)
		if r.Account.Observes {
			observers++
		}
		out = append(out, r.cut()...)
	}
	out = append(out, uncovered(parts, names)...)
	if observers > 1 {
		out = append(out, fmt.Sprintf("%d runners observed the loop, and one should", observers))
	}
	return append(out, behind(all, late)...)
}

// strange says in what a runner is not one of the same test as the first.
func strange(r, first Runner) []string {
	var out []string
	differ := func(what string, here, there any) {
		out = append(out, fmt.Sprintf("%s and %s are not of one test: %s is %v there, %v here", first.Name, r.Name, what, shown(there), shown(here)))
	}
	mine, theirs := r.Account, first.Account
	switch {
	case mine.Test != theirs.Test:
		differ("testid", mine.Test, theirs.Test)
	case mine.Script != theirs.Script:
		differ("the script", mine.Script, theirs.Script)
	case !slices.Equal(mine.Parts, theirs.Parts):
		differ("--execution-segment-sequence", strings.Join(mine.Parts, ","), strings.Join(theirs.Parts, ","))
	}
	members(mine.Config, theirs.Config, differ)
	members(mine.Versions, theirs.Versions, differ)
	if len(out) == 0 && (!reflect.DeepEqual(mine.Plan, theirs.Plan) || !reflect.DeepEqual(mine.Shape, theirs.Shape)) {
		out = append(out, fmt.Sprintf("%s and %s are not of one test: their plans differ", first.Name, r.Name))
	}
	return out
}

func shown(value any) any {
	if value == "" {
		return "not set"
	}
	return value
}

// members are compared by name; where files go, and what the machine is, is each runner's own.
func members[V any](mine, theirs result.Object[V], differ func(what string, here, there any)) {
	there := map[string]any{}
	for _, member := range theirs {
		there[member.Name] = member.Value
	}
	for _, member := range mine {
		own := strings.HasSuffix(member.Name, "_FILE") || member.Name == "RUNNER_DIR" || member.Name == "machine"
		if value, known := there[member.Name]; known && !own && !reflect.DeepEqual(value, any(member.Value)) {
			differ(member.Name, member.Value, value)
		}
	}
}

// cut says why a runner did not come to its end.
func (r Runner) cut() []string {
	who := r.Name + " (part " + r.Account.Part + ")"
	planned := float64(r.Account.Plan.Planned) / float64(time.Millisecond)
	switch {
	case r.Account.End == nil:
		return []string{who + " began and left no end: it was killed, or still runs"}
	case r.Account.Started.IsZero():
		return []string{who + " started no load: its log says why"}
	case !r.Account.End.Complete:
		return []string{fmt.Sprintf("%s was cut: it ended after %s of %s", who, format.Time(r.Account.End.Ran), format.Time(planned))}
	case r.Recording == nil:
		return []string{who + " left no recording: " + r.Problem}
	case !r.Recording.Complete():
		return []string{who + " was cut: its recording says that it did not come to its end"}
	default:
		return nil
	}
}

// behind says who began too late to be part of the load that was planned.
func behind(all []Runner, late time.Duration) []string {
	var out []string
	first := firstStart(all)
	for _, r := range all {
		if after := r.Account.Started.Sub(first); !r.Account.Started.IsZero() && after > late {
			out = append(out, fmt.Sprintf("%s (part %s) was late: it began %s after the first, and not within %s", r.Name, r.Account.Part,
				format.Time(float64(after)/float64(time.Millisecond)), late))
		}
	}
	return out
}
