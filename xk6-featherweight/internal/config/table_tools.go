package config

// resultGroup is where results and log lines go.
func resultGroup() Group {
	return Group{Title: "Results and logs", Variables: []Variable{
		{
			Name: "SUMMARY_FILE", Kind: KindText, Default: "summary.json", EmptyIsValue: true,
			Readers: everyScript(),
			Meaning: "where the result is written as JSON; empty: nowhere. The health check writes it only when this is set",
		},
		{
			Name: "JUNIT_FILE", Kind: KindText,
			Readers: everyScript(),
			Meaning: "where the result is written as JUnit XML; empty: nowhere",
		},
		{
			Name: "REPORT_FILE", Kind: KindText,
			Readers: everyScript(),
			Meaning: "where the result is written as Markdown; empty: nowhere",
		},
		{
			Name: "HTML_FILE", Kind: KindText,
			Readers: loadScripts(),
			Meaning: "where the result is written as a page with pictures; empty: nowhere",
		},
		{
			Name: "SERIES_FILE", Kind: KindText,
			Readers: loadScripts(),
			Meaning: "where the recording is written, a line for each second, to be merged and asked later; empty: nowhere",
		},
		{
			Name: "RUNNER_DIR", Kind: KindText,
			Readers: loadScripts(),
			Meaning: "folder in which each runner of a test (k6's --execution-segment) leaves its results in a folder of its own, for k6 x fwhz verdict; a run of the whole leaves what is needed for that, too; empty: as the variables above say",
		},
		{
			Name: "RUNNER_PUSH_URL", Kind: KindURL, Schemes: []string{"http", "https"}, Query: true,
			Readers: loadScripts(),
			Meaning: "where each runner of a test sends its results, beside or instead of RUNNER_DIR, such as http://prometheus:9090/api/v1/write, for k6 x fwhz verdict --prometheus; empty: nowhere",
		},
		{
			Name: "RUNNER_PUSH_AUTH_HEADER", Kind: KindText, Secret: true,
			Readers: append(loadScripts(), FrontDoor),
			Meaning: "Authorization header of RUNNER_PUSH_URL, and of k6 x fwhz verdict --prometheus; empty: none",
		},
		{
			Name: "SAVE_TEST_RESULTS", Kind: KindBool, Default: "true",
			Readers: []string{FrontDoor},
			Meaning: "keep the results of every run in TEST_RESULTS_DIR",
		},
		{
			Name: "TEST_RESULTS_DIR", Kind: KindText, Default: "./test-results",
			Readers: []string{FrontDoor},
			Meaning: "directory of kept results",
		},
		{
			Name: "ROLLBACK_COMMAND", Kind: KindText, Secret: true, // commands carry tokens
			Readers: []string{FrontDoor},
			Meaning: "shell command that follows a load test that failed, see ROLLBACK_ON_INVALID; empty: none",
		},
		{
			Name: "ROLLBACK_ON_INVALID", Kind: KindBool, Default: "false",
			Readers: []string{FrontDoor},
			Meaning: "run ROLLBACK_COMMAND also when the result says nothing: INVALID, or none",
		},
		{
			Name: "VERBOSE_LOGGING", Kind: KindBool, Default: "false",
			Readers: loadScripts(),
			Meaning: "log every failed turn, not only the first ones",
		},
		{
			Name: "DEBUG_MODE", Kind: KindBool, Default: "false",
			Readers: []string{FrontDoor, Docker},
			Meaning: "show what the shell tools do, and let k6 log its debug lines",
		},
		{
			Name: "K6_LOG_LEVEL", Kind: KindEnum, Default: "info", Allowed: []string{"debug", "info", "warn", "error"},
			Readers: []string{FrontDoor, Docker},
			Meaning: "log lines of k6 from this level on",
		},
	}}
}

// monitoringGroup is Prometheus, Grafana and Alertmanager.
func monitoringGroup() Group {
	return Group{Title: "Monitoring", Variables: []Variable{
		{
			Name: "K6_PROMETHEUS_RW_SERVER_URL", Kind: KindURL, Default: "http://prometheus:9090/api/v1/write", Schemes: []string{"http", "https"}, Query: true,
			Readers: []string{K6},
			Meaning: "where k6 sends its metrics with -o experimental-prometheus-rw",
		},
		{
			Name: "PROMETHEUS_URL", Kind: KindURL, Default: "http://localhost:9090", Schemes: []string{"http", "https"},
			Readers: []string{FrontDoor, Health},
			Meaning: "Prometheus, as seen from this machine",
		},
		{
			Name: "GRAFANA_URL", Kind: KindURL, Default: "http://localhost:3001", Schemes: []string{"http", "https"},
			Readers: []string{FrontDoor, Health},
			Meaning: "Grafana, as seen from this machine",
		},
		{
			Name: "GRAFANA_USER", Kind: KindText, Default: "admin",
			Readers: []string{Monitoring},
			Meaning: "user name in Grafana",
		},
		{
			Name: "GRAFANA_PASSWORD", Kind: KindText, Default: "admin", Secret: true,
			Readers: []string{Monitoring},
			Meaning: "password in Grafana",
		},
		{
			Name: "ALERT_WEBHOOK_URL", Kind: KindURL, Schemes: []string{"http", "https"}, Query: true, Secret: true,
			Readers: []string{Monitoring},
			Meaning: "where Alertmanager sends alerts, read at start-monitoring; empty: nowhere",
		},
	}}
}

// remoteGroup is a run on another machine.
func remoteGroup() Group {
	return Group{Title: "Running on another machine", Variables: []Variable{
		{
			Name: "SSH_HOST", Kind: KindText,
			Readers: []string{FrontDoor},
			Meaning: "machine to run the test on; several, with commas between them, share the users and have one verdict; empty: this one",
		},
		{
			Name: "SSH_USER", Kind: KindText,
			Readers: []string{FrontDoor},
			Meaning: "user name there; empty: as in the SSH configuration",
		},
		{
			Name: "SSH_KEY_PATH", Kind: KindText,
			Readers: []string{FrontDoor},
			Meaning: "private key file; empty: as in the SSH configuration",
		},
		{
			Name: "SSH_PORT", Kind: KindInt, Default: "22", Min: "1", Max: "65535",
			Readers: []string{FrontDoor},
			Meaning: "SSH port there; left at 22: as in the SSH configuration",
		},
		{
			Name: "SSH_DIR", Kind: KindText, Default: ".featherweight-slo",
			Readers: []string{FrontDoor},
			Meaning: "directory there that the suite is copied to; a relative one and ~/ are below the home directory",
		},
		{
			Name: "SSH_LATE", Kind: KindDuration, Default: "5s", Min: "100ms", Max: "10m",
			Readers: []string{FrontDoor},
			Meaning: "of several machines, by how much one may begin after the first; more makes the whole INVALID",
		},
	}}
}
