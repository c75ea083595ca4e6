#!/usr/bin/env bats
# Runs on another machine that lose the connection, their terminal or this machine; and those that are looked at later.
bats_require_minimum_version 1.5.0
load helper
load sshd

@test "it is detached there: its supervisor has no terminal and is nobody's child" {
	"$SLO" run-websocket --skip-health --detach DURATION=60s 2>/dev/null
	read -r pid _ < <(sed -n 's/^supervisor=//p' "$THERE/latest/run.state")
	[ "$(cut -d ' ' -f 6 "/proc/$pid/stat")" = "$pid" ]
	[ "$(cut -d ' ' -f 7 "/proc/$pid/stat")" = 0 ]
}

@test "the connection is cut in the middle of the run: nothing is lost" {
	"$SLO" run-websocket --skip-health DURATION=60s >out 2>err 3>&- &
	test=$!
	wait_until under_load
	cut_connections
	wait_until grep -q "the connection to 127.0.0.1 was lost" "$RESULTS/latest/k6.log"
	goes_on # connected again
	cut_connections
	end_there # while nobody listens
	code=0
	wait "$test" || code=$?
	[ "$code" -eq 105 ]
	grep -q "the run goes on there" out
	grep -q "VERDICT: INVALID" out
	cmp "$RESULTS/latest/summary.json" "$THERE/latest/summary.json"
	same_log
}

@test "the sshd is away for a while: it is asked again until it is back" {
	"$SLO" run-websocket --skip-health DURATION=60s >out 2>err 3>&- &
	test=$!
	wait_until under_load
	sshd=$(cat "$BATS_FILE_TMPDIR/sshd.pid")
	kill -STOP "$sshd" # nobody gets in meanwhile
	cut_connections
	kill -KILL "$sshd"
	wait_until gone "$sshd"
	rm -f "$BATS_FILE_TMPDIR/sshd.pid"
	end_there
	ended_there() { grep -q '^phase=finished' "$THERE/latest/run.state"; }
	wait_until ended_there
	run ! test -e "$RESULTS/latest/summary.json"
	run_sshd
	code=0
	wait "$test" || code=$?
	[ "$code" -eq 105 ]
	grep "connection to 127.0.0.1 was lost" out
	[ "$(grep -c "connection to 127.0.0.1 was lost" out)" -eq 1 ]
	same_log
}

@test "status, logs, attach and cancel work on it from here" {
	"$SLO" run-websocket --skip-health --detach DURATION=60s 2>/dev/null
	wait_until under_load
	run -0 "$SLO" status
	[[ $output = *"running since "*" on 127.0.0.1"*"running ("* ]]
	run -0 "$SLO" logs
	[[ $output = *"script: $SSH_DIR/"* ]]
	unset SSH_HOST # the run's folder knows where it is
	run -0 "$SLO" cancel
	[[ $output = *"INVALID, exit code 105"* ]]
	[ "$(sed -n 's/^exit_code=//p' "$THERE/latest/run.state")" = 105 ]
	run -105 "$SLO" attach
	[[ $output = *"VERDICT: INVALID"* ]]
}

@test "Ctrl-C stops the test there" {
	in_terminal typed "$SLO" run-websocket --skip-health DURATION=60s
	wait_until under_load
	printf '\003' >typed
	wait_until phase_is finished
	[ "$(state exit_code)" = 105 ]
	[ "$(sed -n 's/^exit_code=//p' "$THERE/latest/run.state")" = 105 ]
}

@test "the terminal here dies: the run goes on there, and its results are fetched" {
	in_terminal typed "$SLO" run-websocket --skip-health DURATION=4s
	wait_until under_load
	kill -KILL "$TERMINAL"
	wait_until phase_is finished
	[ "$(jq -r .complete "$RESULTS/latest/summary.json")" = true ]
}

@test "this machine restarts: attach fetches everything again" {
	"$SLO" run-websocket --skip-health --detach DURATION=60s 2>/dev/null
	wait_until under_load
	stop_runs # here only
	unset SSH_HOST
	run -1 "$ROOT/recovery.sh"
	[[ $output = *"it runs on 127.0.0.1, and only the copying of its results ended"* ]]
	end_there
	run -105 "$SLO" attach
	[[ $output = *"VERDICT: INVALID"* ]]
	[ -s "$RESULTS/latest/summary.json" ]
	same_log
}

@test "a machine that did not start the run asks there" {
	"$SLO" run-websocket --skip-health --detach DURATION=60s 2>/dev/null
	wait_until under_load
	id=$(state id)
	TEST_RESULTS_DIR=$BATS_TEST_TMPDIR/elsewhere run -0 "$SLO" status
	[[ $output = *"$id: running since"* ]]
	TEST_RESULTS_DIR=$BATS_TEST_TMPDIR/elsewhere run -0 "$SLO" cancel
	[[ $output = *"exit code 105"* ]]
}
