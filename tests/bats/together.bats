#!/usr/bin/env bats
# Several machines in SSH_HOST: the runners of one test, with one verdict. They are one machine with several names.
bats_require_minimum_version 1.5.0
load helper
load sshd

setup() {
	ssh_setup
	grep -q HostName "$BATS_FILE_TMPDIR/ssh_config" ||
		printf 'Host *.test\n  HostName 127.0.0.1\n' >>"$BATS_FILE_TMPDIR/ssh_config"
	export SSH_HOST=one.test,two.test,three.test VUS=7 HZ_COVERAGE=0.5 SSH_LATE=2m # three machines that are one, and busy
}

# turns: how many the target has been asked so far.
turns() { curl -s "${ADMIN%/}/truth" | jq .turns_started; }

@test "the machines share the users, count every turn once, and one verdict is over all" {
	before=$(turns)
	run -0 --separate-stderr "$SLO" run-websocket --skip-health RUNNER_DIR="$BATS_TEST_TMPDIR/elsewhere"
	[[ $output = *"VERDICT: PASS"* ]]
	[ ! -e "$BATS_TEST_TMPDIR/elsewhere" ] # their results are fetched from their runs
	[ "$(state phase)" = finished ]
	[ "$(state exit_code)" = 0 ]
	whole=$RESULTS/latest/summary.json
	[ "$(jq .totals.turns "$whole")" = $(($(turns) - before)) ]
	[ "$(jq -s 'map(.totals.turns) | add' "$RESULTS"/*.test/summary.json)" = "$(jq .totals.turns "$whole")" ]
	[ "$(jq -rs 'map(.loop.measured | tostring) | sort | join(" ")' "$RESULTS"/*.test/summary.json)" = "false false true" ]
	[ "$(jq .loop.measured "$whole")" = true ]
	[ "$(jq '.phases[] | select(.name == "steady").users' "$whole")" = 7 ]
	for name in one two three; do [[ $stderr = *"$name.test: part of the test is under way: ./run-slo-testing.sh logs -f "*"-$name.test"* ]]; done
	for file in report.html junit.xml report.md series.ndjson k6.log config.env; do [ -s "$RESULTS/latest/$file" ]; done
}

@test "an objective that is missed is missed by the whole, which rolls back once" {
	run -99 "$SLO" run-websocket --skip-health MESSAGE_RESPONSE_TIME_P90=1 ROLLBACK_COMMAND="echo once >>$BATS_TEST_TMPDIR/rolled"
	[[ $output = *"VERDICT: FAIL"*"response time"* ]]
	[ "$(cat "$BATS_TEST_TMPDIR/rolled")" = once ]
	[ "$(jq -r .verdict "$RESULTS/latest/summary.json")" = FAIL ]
}

@test "a part that is killed ends the others, and makes the whole INVALID" {
	"$SLO" run-websocket --skip-health DURATION=120s >out 2>err &
	pid=$!
	all_there() { [ "$(grep -ls '^k6=' "$THERE"/*.test/run.state | wc -l)" -ge 3 ] && [ "$(grep -ls '^running (.*), 0*[1-9]' "$RESULTS"/*.test/k6.log | wc -l)" = 3 ]; }
	wait_until all_there
	read -r k6 _ < <(sed -n 's/^k6=//p' "$THERE"/*-two.test/run.state | tail -n 1)
	kill -KILL "$k6"
	code=0
	wait "$pid" || code=$?
	[ "$code" = 99 ]
	grep -q 'VERDICT: INVALID' out
	grep -q 'two.test: the part ended with exit code 137' err
	grep -q 'two.test.*was killed, or still runs' out
}

@test "Ctrl-C ends all parts, and the whole is INVALID" {
	"$SLO" run-websocket --skip-health DURATION=120s >out 2>err &
	pid=$!
	all_under_load() { [ "$(grep -ls '^running (.*), 0*[1-9]' "$RESULTS"/*.test/k6.log | wc -l)" = 3 ]; }
	wait_until all_under_load
	kill -TERM "$pid"
	code=0
	wait "$pid" || code=$?
	[ "$code" = 99 ]
	grep -q 'VERDICT: INVALID' out
	[ "$(cat "$RESULTS"/*.test/run.state | grep -c '^exit_code=105')" = 3 ]
	[ "$(jq -rs 'map(.complete | tostring) | join(" ")' "$RESULTS"/*.test/summary.json)" = "false false false" ] # told once: each wrote what it had
}

@test "what several machines cannot do is one line" {
	for words in "--detach" "SAVE_TEST_RESULTS=false" "SSH_HOST=one.test,one.test" "-- --execution-segment 0:1/2"; do
		# shellcheck disable=SC2086 # words
		run -2 --separate-stderr "$SLO" run-websocket $words
		[ "${#stderr_lines[@]}" = 1 ]
	done
	run -0 "$SLO" run-health
	[ "$(grep -c 'API' <<<"$output")" -ge 3 ]
}
