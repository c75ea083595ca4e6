package config

import "slices"

// Readers: who acts on a variable. A script has its file name.
const (
	Main          = "websocket-streaming-load-test.js"
	Health        = "health-check.js"
	Comprehensive = "comprehensive-load-test.js"
	Load          = "load-test.js"
	FrontDoor     = "run-slo-testing.sh"
	Docker        = "Dockerfile"
	K6            = "k6"
	Monitoring    = "docker-compose.yml"
	// Everyone stands for all of them: nothing is left unchecked.
	Everyone = ""
)

// Readers are all readers by name.
func Readers() []string {
	return []string{Main, Health, Comprehensive, Load, FrontDoor, Docker, K6, Monitoring}
}

// Variable is one row of the table.
type Variable struct {
	Name string
	Kind Kind
	// Default as it would be written. "" means that nothing is set; where a value is then derived, Meaning says from what.
	Default string
	// Unit of a number, for the documentation; "" where the kind has it already.
	Unit string
	// Min and Max are allowed themselves, Above is not. Written as the value is; "" is no limit.
	Min, Max, Above string
	// Allowed are the words of an enum.
	Allowed []string
	// Schemes are those that a URL may have, in small letters.
	Schemes []string
	// Query says that a URL may have one.
	Query bool
	// Secret values are never shown.
	Secret bool
	// EmptyIsValue says that nothing is a value of its own, not the same as not set.
	EmptyIsValue bool
	// Readers act on it.
	Readers []string
	// Meaning in a few words, to stand behind the name.
	Meaning string
}

// ReadBy says whether reader acts on it.
func (v *Variable) ReadBy(reader string) bool {
	return reader == Everyone || slices.Contains(v.Readers, reader)
}

// StaysHere says that a variable is about the machine on which the suite is called: nobody reads it but the front door and
// the monitoring that it starts. In a container, or on another machine, it would mean something else, or nothing.
func StaysHere(name string) bool {
	v, known := Find(name)
	return known && !slices.ContainsFunc(v.Readers, func(reader string) bool { return reader != FrontDoor && reader != Monitoring })
}

// isSet says whether text sets it.
func (v *Variable) isSet(text string) bool { return v.EmptyIsValue || !blank(text) }

// Group is the variables of one topic.
type Group struct {
	Title     string
	Variables []Variable
}

// Groups are all variables by topic, in the order of .env.test.example.
func Groups() []Group {
	return []Group{
		loadGroup(), targetGroup(), objectiveGroup(), validityGroup(), loopGroup(), userGroup(), applicationGroup(), resultGroup(),
		monitoringGroup(), remoteGroup(),
	}
}

// Role is what a variable does to a run, for who compares two of them.
type Role int

// The roles.
const (
	RoleOther  Role = iota
	RoleLoad        // what the users do, and how many they are
	RoleLength      // for how long
	RoleLimit       // what the run is judged by
	RolePlace       // where its results go: nothing of the run
)

// RoleOf is the role of a variable; RoleOther for one that is not known.
func RoleOf(name string) Role {
	in := func(groups ...Group) bool {
		return slices.ContainsFunc(groups, func(g Group) bool {
			return slices.ContainsFunc(g.Variables, func(v Variable) bool { return v.Name == name })
		})
	}
	switch {
	case slices.Contains([]string{"DURATION", "IDLE", "RAMP_SCALE"}, name):
		return RoleLength
	case slices.Contains([]string{"TEST_SEED", "RUNNER", "VERBOSE_LOGGING", "DEBUG_MODE"}, name):
		return RoleOther
	case in(loadGroup(), userGroup(), applicationGroup()):
		return RoleLoad
	case in(objectiveGroup(), validityGroup()):
		return RoleLimit
	case in(resultGroup()):
		return RolePlace
	}
	return RoleOther
}

// Variables are all of them, without their groups.
func Variables() []Variable {
	var all []Variable
	for _, group := range Groups() {
		all = append(all, group.Variables...)
	}
	return all
}

// Find is the row of a name.
func Find(name string) (Variable, bool) {
	all := Variables()
	at := slices.IndexFunc(all, func(v Variable) bool { return v.Name == name })
	if at < 0 {
		return Variable{}, false
	}
	return all[at], true
}

// everyScript are the readers of what every script needs.
func everyScript() []string { return []string{Main, Health, Comprehensive, Load} }

// loadScripts are the scripts that make load.
func loadScripts() []string { return []string{Main, Comprehensive, Load} }
