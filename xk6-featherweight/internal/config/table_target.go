package config

// loadGroup is which test, how many users, how long.
func loadGroup() Group {
	return Group{Title: "What to run, and how much of it", Variables: []Variable{
		{
			Name: "TEST_TYPE", Kind: KindEnum, Default: TestTypes()[0].Name, Allowed: testNames(),
			Readers: []string{FrontDoor, Docker},
			Meaning: "which test the container runs",
		},
		{
			Name: "CUSTOM_SCRIPT", Kind: KindText,
			Readers: []string{FrontDoor, Docker},
			Meaning: "path of the script that TEST_TYPE=custom runs",
		},
		{
			Name: "CUSTOM_ARGS", Kind: KindText,
			Readers: []string{FrontDoor, Docker},
			Meaning: "further k6 arguments for TEST_TYPE=custom",
		},
		{
			Name: "RUNNER", Kind: KindEnum, Default: "native", Allowed: []string{"native", "docker"},
			Readers: []string{FrontDoor},
			Meaning: "run bin/k6 of this checkout, or the Docker image",
		},
		{
			Name: "VUS", Kind: KindInt, Default: "1000", Unit: "users", Min: "1", Max: "100000",
			Readers: loadScripts(),
			Meaning: "number of users at the same time",
		},
		{
			Name: "USERS_PER_VU", Kind: KindInt, Default: "1", Unit: "users", Min: "1", Max: "10000",
			Readers: []string{Main},
			Meaning: "users that share one VU of k6; above 1 they are a fleet: each has a connection, pauses and evidence of his own, but no JavaScript of his own, so that ten thousands fit into one machine",
		},
		{
			Name: "DURATION", Kind: KindDuration, Default: "5m", Min: "1s", Max: "24h",
			Readers: loadScripts(),
			Meaning: "time with all users, without idle phase and ramps",
		},
		{
			Name: "IDLE", Kind: KindDuration, Default: "10s", Min: "0s", Max: "1h",
			Readers: loadScripts(),
			Meaning: "time before the first user, in which only the loop is measured",
		},
		{
			Name: "RAMP", Kind: KindBool, Default: "1",
			Readers: loadScripts(),
			Meaning: "users come and leave step by step; 0 starts and ends all at once",
		},
		{
			Name: "RAMP_SCALE", Kind: KindNumber, Default: "1", Min: "0.01", Max: "100",
			Readers: loadScripts(),
			Meaning: "factor on the length of the ramps (30s, 30s, 1m up, 30s down)",
		},
	}}
}

// targetGroup is where the service is and what lets us in.
func targetGroup() Group {
	return Group{Title: "Targets", Variables: []Variable{
		{
			Name: "BASE_URL", Kind: KindURL, Default: "http://localhost:4000", Schemes: []string{"http", "https"},
			Readers: everyScript(),
			Meaning: "the API",
		},
		{
			Name: "WS_URL", Kind: KindURL, Default: "ws://localhost:8080", Schemes: []string{"ws", "wss"},
			Readers: everyScript(),
			Meaning: "the chat service, for WebSocket",
		},
		{
			Name: "CHAT_ORCHESTRATOR_URL", Kind: KindURL, Schemes: []string{"http", "https"},
			Readers: everyScript(),
			Meaning: "the chat service, for HTTP; empty: host and port of WS_URL",
		},
		{
			Name: "CHAT_PATH", Kind: KindPath, Default: "/api/chat",
			Readers: everyScript(),
			Meaning: "path of the chat below WS_URL",
		},
		{
			Name: "CHAT_TOKEN", Kind: KindText, Secret: true,
			Readers: everyScript(),
			Meaning: "token that the chat expects as ?token=; empty: none is sent",
		},
		{
			Name: "CHAT_ORIGIN", Kind: KindText,
			Readers: everyScript(),
			Meaning: "Origin header of the chat, for a server that lets only its own pages in; empty: none",
		},
		{
			Name: "CHAT_HEADERS", Kind: KindText, Secret: true,
			Readers: everyScript(),
			Meaning: "further headers of the chat, such as Cookie: session=abc; several are separated by |; empty: none",
		},
		{
			Name: "CHAT_SUBPROTOCOLS", Kind: KindText,
			Readers: everyScript(),
			Meaning: "WebSocket subprotocols that are offered to the chat, separated by commas; empty: none",
		},
		{
			Name: "AUTH_HEADER", Kind: KindText, Secret: true,
			Readers: everyScript(),
			Meaning: "Authorization header of chat and API, such as Bearer abc; an account sends its own token; empty: none",
		},
		{
			Name: "METRICS_URL", Kind: KindURL, Schemes: []string{"http", "https", "ws", "wss"}, Query: true,
			Readers: everyScript(),
			Meaning: "where the loop is read; empty: BASE_URL/metrics, with HZ_SOURCE=health CHAT_ORCHESTRATOR_URL/healthz, with HZ_SOURCE=stream the chat (WS_URL and CHAT_PATH)",
		},
		{
			Name: "METRICS_AUTH_HEADER", Kind: KindText, Secret: true,
			Readers: everyScript(),
			Meaning: "Authorization header of METRICS_URL; empty: none",
		},
	}}
}
