package config

// userGroup is what a user of the chat does.
func userGroup() Group {
	return Group{Title: "How a user behaves", Variables: []Variable{
		{
			Name: "TURNS_PER_SESSION", Kind: KindInt, Default: "3", Unit: "turns", Min: "1", Max: "10000",
			Readers: loadScripts(),
			Meaning: "questions on one connection before the user reconnects",
		},
		{
			Name: "THINK_MIN", Kind: KindDuration, Default: "1s", Min: "0s", Max: "1h",
			Readers: loadScripts(),
			Meaning: "shortest pause of a user between two questions",
		},
		{
			Name: "THINK_MAX", Kind: KindDuration, Default: "3s", Min: "0s", Max: "1h",
			Readers: loadScripts(),
			Meaning: "longest pause of a user between two questions",
		},
		{
			Name: "CONNECT_TIMEOUT", Kind: KindDuration, Default: "15s", Min: "10ms", Max: "10m",
			Readers: everyScript(),
			Meaning: "when a connection is given up; longer than WS_CONNECTION_TIME_P95, which it would cut off",
		},
		{
			Name: "RESPONSE_TIMEOUT", Kind: KindDuration, Default: "30s", Min: "10ms", Max: "1h",
			Readers: everyScript(),
			Meaning: "when an answer is given up; longer than MESSAGE_RESPONSE_TIME_P90, which it would cut off",
		},
		{
			Name: "WS_PING_INTERVAL", Kind: KindDuration, Default: "30s", Min: "0s", Max: "1h",
			Readers: everyScript(),
			Meaning: "time between two pings of a user on a connection; 0s sends none",
		},
		{
			Name: "WS_PONG_TIMEOUT", Kind: KindDuration, Default: "10s", Min: "10ms", Max: "1h",
			Readers: everyScript(),
			Meaning: "when a connection counts as lost that gives no sign of life after a ping",
		},
		{
			Name: "TEST_SEED", Kind: KindInt, Default: "1", Min: "0", Max: "2147483647",
			Readers: loadScripts(),
			Meaning: "seed of pauses and questions: the same one gives the same users",
		},
	}}
}

// applicationGroup is what only the scenarios of the whole application read.
func applicationGroup() Group {
	return Group{Title: "The other scripts", Variables: []Variable{
		{
			Name: "TEST_USER_COUNT", Kind: KindInt, Default: "1000", Unit: "users", Min: "1", Max: "100000",
			Readers: []string{Comprehensive, Load},
			Meaning: "number of accounts that the users share; at most 100 are made",
		},
		{
			Name: "TEST_MESSAGE_COUNT", Kind: KindInt, Default: "10", Unit: "messages", Min: "1", Max: "10000",
			Readers: []string{Comprehensive},
			Meaning: "messages of a user in one conversation before the next one begins",
		},
		{
			Name: "TEST_CONCURRENT_SESSIONS", Kind: KindInt, Default: "50", Unit: "users", Min: "1", Max: "100000",
			Readers: []string{Comprehensive},
			Meaning: "most users at the same time: a higher VUS is lowered to this",
		},
		{
			Name: "HTTP_TIMEOUT", Kind: KindDuration, Default: "30s", Min: "10ms", Max: "10m",
			Readers: []string{Health, Comprehensive, Load},
			Meaning: "when an HTTP request is given up",
		},
		{
			Name: "PROCESSING_TIMEOUT", Kind: KindDuration, Default: "30s", Min: "10ms", Max: "10m",
			Readers: []string{Comprehensive, Load},
			Meaning: "when the processing of an uploaded file is given up",
		},
		{
			Name: "CONNECTION_POOL_SIZE", Kind: KindInt, Default: "100", Unit: "connections", Min: "1", Max: "10000",
			Readers: []string{Comprehensive, Load},
			Meaning: "most HTTP connections of one user to one host at the same time",
		},
	}}
}
