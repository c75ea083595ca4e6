#!/usr/bin/env bats
# What follows a run that did not pass, and the same by hand.
bats_require_minimum_version 1.5.0
load helper
one_target_for_the_file

setup() {
	shared_setup
	docker_stub
	engine_elsewhere
}

# docker_stub: an engine whose calls are in the file docker, and whose containers are the lines of the file containers.
docker_stub() {
	stub docker '
		echo "$*" >>"'"$BATS_TEST_TMPDIR"'/docker"
		case $* in
		"compose version" | info) ;;
		"ps -a "*) cat "'"$BATS_TEST_TMPDIR"'/containers" 2>/dev/null || true ;;
		*" up -d --wait") echo prometheus >"'"$BATS_TEST_TMPDIR"'/containers" ;;
		*" down"*) rm -f "'"$BATS_TEST_TMPDIR"'/containers" ;;
		esac'
	: >docker
	export PROMETHEUS_URL=http://127.0.0.1:1 GRAFANA_URL=http://127.0.0.1:2
}

failing() { "$SLO" run-websocket --skip-health MESSAGE_RESPONSE_TIME_P90=1 "$@"; }

# quick: a run of half a second that passes, or fails.
quick() {
	local count=$1
	shift
	echo "export const options = { thresholds: { iterations: ['count>$count'] } }; export default function () {}" >quick.js
	"$SLO" run-custom CUSTOM_SCRIPT=quick.js "$@"
}
passing() { quick 0 "$@"; }
quickly_failing() { quick 5 "$@"; }

@test "a run that passes runs no ROLLBACK_COMMAND" {
	run -0 passing ROLLBACK_COMMAND="touch $PWD/rolled"
	[ ! -e rolled ]
}

@test "a run that fails runs it, with verdict, folder, code and type in its environment" {
	run -99 failing ROLLBACK_COMMAND='echo "$SLO_VERDICT $SLO_EXIT_CODE $SLO_TEST_TYPE" >'"$PWD"'/rolled; cp "$SLO_RESULTS_DIR/summary.json" '"$PWD"
	[ "$(cat rolled)" = "FAIL 99 websocket-streaming" ]
	[ "$(jq -r .verdict summary.json)" = FAIL ]
	[[ $output = *"rollback: ROLLBACK_COMMAND is done"* ]]
	[ "$(state rollback)" = done ]
}

@test "a rollback that fails is reported, and does not hide the exit code" {
	run -99 quickly_failing ROLLBACK_COMMAND="exit 7"
	[[ $output = *"ROLLBACK_COMMAND failed with exit code 7; the test's own exit code stays 99"* ]]
	[ "$(state rollback)" = failed ]
}

@test "a run that was stopped, or whose result says nothing, rolls nothing back unless that is wanted" {
	"$SLO" run-websocket --skip-health --detach DURATION=60s ROLLBACK_COMMAND="touch $PWD/rolled" ROLLBACK_ON_INVALID=true 2>/dev/null
	wait_until under_load
	"$SLO" cancel
	logged "ROLLBACK_COMMAND was not run: the test was stopped by hand"
	run -99 "$SLO" run-websocket --skip-health ROLLBACK_COMMAND="touch $PWD/rolled" GENERATOR_LAG_P99=0.001
	[[ $output = *"VERDICT: INVALID"*"ROLLBACK_COMMAND was not run: the result is INVALID"* ]]
	[ ! -e rolled ]
	run -99 "$SLO" run-websocket --skip-health ROLLBACK_COMMAND="touch $PWD/rolled" GENERATOR_LAG_P99=0.001 ROLLBACK_ON_INVALID=true
	[ -e rolled ]
}

@test "a failed health check rolls back too" {
	run -99 "$SLO" run-websocket BASE_URL=http://127.0.0.1:1 ROLLBACK_COMMAND='echo "$SLO_VERDICT $SLO_EXIT_CODE" >'"$PWD/rolled"
	[ "$(cat rolled)" = "no verdict 99" ]
}

@test "it rolls back without its terminal" {
	quickly_failing --detach ROLLBACK_COMMAND="touch $PWD/rolled" 2>/dev/null
	wait_until test -e rolled
}

@test "run-health rolls nothing back" {
	run -99 "$SLO" run-health BASE_URL=http://127.0.0.1:1 ROLLBACK_COMMAND="touch $PWD/rolled"
	[ ! -e rolled ]
}

@test "--monitoring starts it, and a failed run stops what it started" {
	run -99 quickly_failing --monitoring
	grep -q "up -d --wait" docker
	[[ $output = *"rollback: stopping the monitoring that this run started"* ]]
	grep -q -- "--profile monitoring down" docker
	[ ! -e containers ]
}

@test "--monitoring: a run that passes leaves it up" {
	run -0 passing --monitoring
	[ -e containers ]
}

@test "a failed run leaves alone the monitoring that somebody else started" {
	"$SLO" start-monitoring >/dev/null 2>&1
	: >docker
	run -99 quickly_failing
	run ! grep -q down docker
}

@test "the specification's own loop: failure stops the monitoring" {
	"$SLO" start-monitoring >/dev/null 2>&1
	code=0
	quickly_failing >/dev/null 2>&1 || {
		code=$?
		"$SLO" stop-monitoring 2>/dev/null
	}
	[ "$code" -eq 99 ]
	[ ! -e containers ]
}

@test "rollback by hand stops runs and containers, and runs ROLLBACK_COMMAND" {
	"$SLO" start-monitoring >/dev/null 2>&1
	"$SLO" run-websocket --skip-health --detach DURATION=60s 2>/dev/null
	wait_until under_load
	run -0 "$SLO" rollback ROLLBACK_COMMAND='echo "$SLO_VERDICT" >'"$PWD/rolled"
	phase_is finished
	[ ! -e containers ]
	[ "$(cat rolled)" = INVALID ]
	run -0 "$SLO" rollback --verify
	[[ $output = *"✓ no test is under way"*"✓ no container"*"✓ port 2 is free"*"✓ port 1 is free"* ]]
}

@test "rollback by hand with a ROLLBACK_COMMAND that fails says so, with its exit code 1" {
	quickly_failing >/dev/null 2>&1 || true
	run -1 "$SLO" rollback ROLLBACK_COMMAND=false
	[[ $output = *"ROLLBACK_COMMAND failed with exit code 1"*"the rollback is not complete"* ]]
}

@test "rollback --verify finds what is left, and changes nothing" {
	"$SLO" run-websocket --skip-health --detach DURATION=60s 2>/dev/null
	wait_until under_load
	echo k6-tests-prometheus-1 >containers
	run -1 "$SLO" rollback --verify PROMETHEUS_URL="http://127.0.0.1:${BASE_URL##*:}"
	[[ $output = *"✗ no test is under way: run "*"✗ no container of this project: k6-tests-prometheus-1"* ]]
	[[ $output = *"✗ port ${BASE_URL##*:} is free (PROMETHEUS_URL): something listens there"* ]]
	phase_is running
	[ -e containers ]
}

@test "what the specification removes by name has that name" {
	grep -qx "COMPOSE_PROJECT_NAME=k6-tests" "$ROOT/.env"
	grep -qx "networks:" "$ROOT/docker-compose.yml"
	grep -q "^  k6-test:" "$ROOT/docker-compose.yml"
	grep -q "^  grafana-storage:" "$ROOT/docker-compose.yml"
}

@test "without a Docker engine rollback still stops runs" {
	stub docker 'exit 1'
	run -0 "$SLO" rollback
	[[ $output = *"no Docker engine answers here"* ]]
	run -0 "$SLO" rollback --verify
}
