#!/usr/bin/env bats
# .env.test: what becomes of a line of it, from the front door on. What a line may be, TestLinesAreUnderstood has.
bats_require_minimum_version 1.5.0
load helper

@test "nothing in it is executed" {
	echo 'CUSTOM_ARGS=$(touch oops)`touch oops`' >"$ENV_FILE"
	run -0 "$SLO" config
	[[ $output = *"CUSTOM_ARGS "*' $(touch oops)`touch oops` '* ]]
	[ ! -e oops ]
}

@test "a malformed line is an error with its line, and does not show what may be a secret" {
	printf 'VUS=5\nGRAFANA_PASSWORD geheim\n' >"$ENV_FILE"
	run -1 "$SLO" config
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = *"env line 2: this is not NAME=value: GRAFANA_PASSWORD..."* ]]
	[[ $output != *geheim* ]]
}

@test "an unknown name is an error with its line and the name that was meant" {
	printf '# mine\nDURATIN=5m\n' >"$ENV_FILE"
	run -1 "$SLO" run-websocket
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = *"env line 2: there is no variable DURATIN; did you mean DURATION?"*.env.test.example* ]]
}

@test "a value that the script refuses is an error with its line" {
	printf '\n\nVUS=many\n' >"$ENV_FILE"
	unset VUS
	run -104 "$SLO" run-websocket
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = *'VUS="many" is not allowed: a whole number from 1 to 100000'*"[VUS: "*"env line 3]" ]]
}

@test "a value that the front door refuses is an error with its line" {
	printf 'K6_LOG_LEVEL=loud\n' >"$ENV_FILE"
	run -1 "$SLO" run-websocket
	[[ $output = *'K6_LOG_LEVEL="loud" is not allowed: one of debug, info, warn, error'*"[K6_LOG_LEVEL: "*"env line 1]" ]]
}

@test "a copy of .env.test.example changes nothing" {
	cp "$ROOT/.env.test.example" "$ENV_FILE"
	unset PROMETHEUS_URL GRAFANA_URL VUS DURATION RAMP IDLE GENERATOR_LAG_P99 HZ_AVERAGE_THRESHOLD LOOP_LONGEST_GAP HZ_COVERAGE
	before=$(ENV_FILE=/dev/null "$SLO" config | cut -c 1-75)
	after=$("$SLO" config | cut -c 1-75)
	[ "$before" = "$after" ]
}

@test ".env.test stands beside the script, and is not needed" {
	copy_suite
	unset ENV_FILE VUS
	run -0 "$TREE/run-slo-testing.sh" config
	[[ $output = *"VUS "*"1000 "*default* ]]
	echo VUS=77 >"$TREE/.env.test"
	run -0 "$TREE/run-slo-testing.sh" config
	[[ $output = *"VUS "*"77 "*".env.test line 1"* ]]
}

# stages [NAME=value...]: users and time of the steady phase, of the script that k6 itself reads.
stages() {
	env "$@" "$K6" inspect --include-system-env-vars "$TREE/scripts/websocket-streaming-load-test.js" | jq -r '.scenarios.chat.stages[3] | "\(.target) \(.duration)"'
}

@test "a script that k6 runs without the front door reads it too, in the same order, and names a wrong line" {
	copy_suite
	unset VUS DURATION RAMP FW_ENV_READ
	[ "$(stages)" = "1000 5m0s" ]
	printf 'VUS=77 # mine\nDURATION="2m"\n' >"$TREE/.env.test"
	[ "$(stages)" = "77 2m0s" ]
	[ "$(stages VUS=5 DURATION=)" = "5 2m0s" ]
	[ "$(stages FW_ENV_READ=true)" = "1000 5m0s" ]
	printf 'VUS=77\nVUZ=1\n' >"$TREE/.env.test"
	for script in websocket-streaming-load-test health-check comprehensive-load-test load-test; do
		run -107 "$K6" inspect "$TREE/scripts/$script.js"
		[[ $output = *".env.test line 2: there is no variable VUZ"* ]]
	done
}

@test "compose reads it when it is told to, and the environment wins" {
	docker compose version >/dev/null 2>&1 || skip "there is no docker compose"
	unset VUS
	printf 'VUS=77\nBASE_URL=http://from.file:1\n' >"$ENV_FILE"
	composed() { docker compose --project-directory "$ROOT" --env-file "$ROOT/.env" --env-file "$ENV_FILE" --profile load-test config --format json; }
	[ "$(composed | jq -r '.name, (.services["k6-websocket-streaming"].environment | .VUS, .BASE_URL)' | tr '\n' ' ')" = "k6-tests 77 http://from.file:1 " ]
	[ "$(VUS=5 composed | jq -r '.services["k6-websocket-streaming"].environment.VUS')" = 5 ]
}

@test "ENV_FILE that is not there is an error" {
	ENV_FILE=nowhere run -1 "$SLO" config
	[[ $output = *"ENV_FILE is nowhere, but there is no such file"* ]]
}
