package config

import "slices"

// TestType is a kind of test that the front door knows: one row.
type TestType struct {
	// Name is the value of TEST_TYPE, and the end of the name of a run's folder.
	Name string
	// Verb is the command that runs it, such as run-load; Short says for the help what it does.
	Verb, Short string
	// Script is its file in scripts/, which is also its Reader; "" when CUSTOM_SCRIPT names it.
	Script string
	// Users is the variable that says how many users connect; "" for one.
	Users string
	// Service and Profile are what runs it in docker-compose.yml; "" when nothing there does.
	Service, Profile string
	// HealthFirst says that a health check comes before the load.
	HealthFirst bool
	// Load says that it makes load: it has a live page, sends metrics to the monitoring, and a rollback follows its failure.
	Load bool
}

// TestTypes are all of them; the first is the default.
func TestTypes() []TestType {
	return []TestType{
		{
			Name: "websocket-streaming", Verb: "run-websocket", Short: "1,000 users stream chats for 5 minutes while the loop is measured",
			Script: Main, Users: "VUS", Service: "k6-websocket-streaming", Profile: "load-test", HealthFirst: true, Load: true,
		},
		{
			Name: "health", Verb: "run-health", Short: "is everything there? a few seconds",
			Script: Health, Service: "k6-health-check", Profile: "health",
		},
		{
			Name: "comprehensive", Verb: "run-comprehensive", Short: "the whole application",
			Script: Comprehensive, Users: "TEST_CONCURRENT_SESSIONS", Service: "k6-comprehensive", Profile: "comprehensive", Load: true,
		},
		{
			Name: "load", Verb: "run-load", Short: "the HTTP API",
			Script: Load, Users: "VUS", Load: true,
		},
		{
			Name: "custom", Verb: "run-custom", Short: "CUSTOM_SCRIPT with CUSTOM_ARGS",
			Load: true,
		},
	}
}

// FindTestType is the row of a name.
func FindTestType(name string) (TestType, bool) {
	all := TestTypes()
	at := slices.IndexFunc(all, func(t TestType) bool { return t.Name == name })
	if at < 0 {
		return TestType{}, false
	}
	return all[at], true
}

func testNames() []string {
	var names []string
	for _, t := range TestTypes() {
		names = append(names, t.Name)
	}
	return names
}
