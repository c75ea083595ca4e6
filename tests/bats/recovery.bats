#!/usr/bin/env bats
# recovery.sh: without a terminal, by state files.
bats_require_minimum_version 1.5.0
load helper
one_target_for_the_file

setup() {
	shared_setup
	RECOVERY=$ROOT/recovery.sh
	export CALLS=$BATS_TEST_TMPDIR/calls PROMETHEUS_URL=http://127.0.0.1:1 GRAFANA_URL=http://127.0.0.1:2
	: >"$CALLS"
	stub docker 'echo "docker $*" >>"$CALLS"'
	engine_elsewhere
}

recovery() { setsid --wait "$RECOVERY" "$@" </dev/null; } # no terminal at all

lost_run() {
	"$SLO" run-websocket --skip-health --detach DURATION=60s "$@" 2>/dev/null
	wait_until under_load
	stop_runs
}

@test "nothing was ever run" {
	run -0 recovery
	[[ $output = *"monitoring: not started from here"*"test: there was none"* ]]
}

@test "a run that is under way is reported and left alone" {
	"$SLO" run-websocket --skip-health --detach DURATION=60s 2>/dev/null
	wait_until under_load
	before=$(state k6)
	run -0 recovery --restart
	[[ $output = *"running since"*"it is under way"* ]]
	[ "$(state k6)" = "$before" ]
	[ "$(find "$RESULTS" -name run.state | wc -l)" -eq 1 ]
}

@test "a finished run is reported with verdict and folder, and not run again" {
	"$SLO" run-websocket --skip-health MESSAGE_RESPONSE_TIME_P90=1 >/dev/null 2>&1 || true
	run -0 recovery --restart
	[[ $output = *"FAIL, exit code 99"*"the results are in $RESULTS/"* ]]
	[ "$(find "$RESULTS" -name run.state | wc -l)" -eq 1 ]
}

@test "a lost run is only reported" {
	lost_run
	run -1 recovery
	[[ $output = *"ended without a result"*"./recovery.sh --restart starts it again"* ]]
	[ "$(find "$RESULTS" -name run.state | wc -l)" -eq 1 ]
}

@test "--restart runs a lost one again, with the values and arguments that it had, in the background" {
	AUTH_HEADER=geheim lost_run VUS=3 THINK_MAX=200ms -- --tag "word=a b"
	recovery --restart DURATION=2s >out 2>&1
	grep -q "AUTH_HEADER was set for the lost run and is not set now" out
	wait_until phase_is finished
	[ "$(jq -r ".config | \"\(.VUS) \(.THINK_MAX)\"" "$RESULTS/latest/summary.json")" = "3 200ms" ]
	[ "$(cat "$RESULTS/latest/arguments")" = $'--tag\nword=a b' ]
}

@test "it does not depend on the current directory" {
	cd /
	run -0 recovery
}

@test "monitoring that should be up is started again, monitoring that was stopped is not" {
	"$SLO" start-monitoring >/dev/null 2>&1
	: >"$CALLS"
	run -0 recovery
	[[ $output = *"monitoring: it was down and is up again"* ]]
	grep -q "up -d --wait" "$CALLS"
	"$SLO" stop-monitoring 2>/dev/null
	: >"$CALLS"
	run -0 recovery
	[[ $output = *"monitoring: not started from here"* ]]
	run ! grep -q "up -d" "$CALLS"
}

@test "monitoring that cannot be started is exit code 1, and the test is reported all the same" {
	"$SLO" start-monitoring >/dev/null 2>&1
	stub docker 'exit 1'
	run -1 recovery
	[[ $output = *"monitoring: it is down and could not be started"*"test: there was none"* ]]
}

@test "an unknown word is one line and exit code 2" {
	run -2 recovery --force
	[ "${#lines[@]}" -eq 1 ]
}
