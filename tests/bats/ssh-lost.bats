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

@test "what cannot pass ends the fetching; attach takes it up again" {
	"$SLO" run-websocket --skip-health --detach DURATION=60s 2>/dev/null
	wait_until under_load
	mv "$SSH_DIR" "$SSH_DIR.away"
	cut_connections || true # it may have noticed by itself
	wait_until phase_is finished
	mv "$SSH_DIR.away" "$SSH_DIR"
	logged "is not there or may not be entered"
	logged "attach takes it up again"
	[ "$(state exit_code)" = 1 ]
	unset SSH_HOST
	run -1 "$ROOT/recovery.sh"
	[[ $output = *"only the copying of its results ended"* ]]
	end_there
	run -105 "$SLO" attach
	[[ $output = *"VERDICT: INVALID"* ]]
	same_log
}

@test "cancel ends the fetching of a run whose machine is out of reach" {
	"$SLO" run-websocket --skip-health --detach DURATION=60s 2>/dev/null
	wait_until under_load
	mkdir away
	printf '#!/bin/sh\necho "ssh: connect to host $SSH_HOST port 22: Connection refused" >&2\nexit 255\n' >away/ssh
	chmod +x away/ssh
	PATH=$PWD/away:$PATH run -0 "$SLO" cancel
	[[ $output = *"could not be told to stop the run"*"Connection refused"*"only its fetching is ended here"* ]]
	wait_until phase_is finished
	run ! grep '^phase=finished' "$THERE/latest/run.state"
	end_there
}

# slow_to_start: a run whose health check there hangs, until TARGET goes on; CALLER is the command here.
slow_to_start() {
	TARGET=$(cat "$BATS_FILE_TMPDIR/target.pid")
	rm -rf "$THERE"
	kill -STOP "$TARGET"
	env --default-signal=INT "$SLO" run-websocket DURATION=2s >out 2>err 3>&- &
	CALLER=$!
	made_there() { compgen -G "$THERE/*/start.token"; }
	wait_until made_there
}

@test "the connection is cut while the health check runs there: the run is started once, and followed" {
	slow_to_start
	cut_connections
	wait_until grep -q "looking whether it was" err
	kill -CONT "$TARGET"
	wait "$CALLER"
	grep -q "VERDICT: PASS" out
	[ "$(ls -d "$THERE"/2* | wc -l)" -eq 1 ]
}

@test "Ctrl-C while the health check runs there: no load is started there" {
	slow_to_start
	wait_until test -e "$THERE/latest/health.log"
	kill -INT "$CALLER"
	code=0
	wait "$CALLER" || code=$?
	kill -CONT "$TARGET"
	[ "$code" -eq 130 ]
	phase_is finished
	ended_there() { grep -q '^phase=finished' "$THERE/latest/run.state"; }
	wait_until ended_there
	run ! grep -q '^running (' "$THERE/latest/k6.log"
}
