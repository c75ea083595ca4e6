#!/usr/bin/env bats
# The demo: it starts the reference target itself, and leaves nothing behind.
bats_require_minimum_version 1.5.0
load helper

setup() {
	shared_setup
	API=$(free_port) CHAT=$(free_port)
	export BASE_URL=http://127.0.0.1:$API WS_URL=ws://127.0.0.1:$CHAT DURATION=20s IDLE=2s # long enough for a narrow bound
}

closed() { ! open_port "$API" && ! open_port "$CHAT"; }

# agreed FILE: what the audit says of counts, which no load on this machine can change.
agreed() {
	[ "$(grep -c '^  \(questions\|complete answers\|of them cut off or given up\|failed answers\|tokens\|loop restarts\).* agrees$' "$1")" -eq 6 ]
}

@test "it runs the main test on its own target and holds it against the target's truth" {
	code=0
	"$SLO" demo >out 2>err || code=$?
	grep -q "Held against the reference target's own truth" out
	agreed out
	closed
	[ "$(jq .turns_started "$RESULTS/latest/truth.json")" -gt 0 ]
	[[ $(readlink "$RESULTS/latest") = *-demo ]]
	[ "$(jq -r .totals.turns "$RESULTS/latest/summary.json")" = "$(jq -r .turns_completed "$RESULTS/latest/truth.json")" ]
	# Whether the audit agrees on the frequency depends on the machine; that the exit code follows it does not.
	cat out err # shown when the test fails
	[ "$(state exit_code)" = 0 ]
	if grep -q DISAGREES out; then [ "$code" -eq 1 ]; else [ "$code" -eq 0 ]; fi
}

@test "it exits with the run's code" {
	run -99 "$SLO" demo MESSAGE_RESPONSE_TIME_P90=1 DURATION=3s
	closed
}

@test "values of .env.test are left alone, those of environment and command line count" {
	echo BASE_URL=http://production.example:4000 >"$ENV_FILE"
	run "$SLO" demo DURATION=2s
	[ "$(jq -r .config.BASE_URL "$RESULTS/latest/summary.json")" = "http://127.0.0.1:$API" ]
	[ "$(jq -r .config.VUS "$RESULTS/latest/summary.json")" = 2 ]
}

@test "it refuses a target that is not its own" {
	run -1 "$SLO" demo BASE_URL=http://production.example:4000
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = *"the demo starts its own target on this machine, and BASE_URL=http://production.example:4000 is not one"* ]]
}

@test "a port that is taken is one line that names it" {
	"$K6" x fwhz target --api 127.0.0.1:0 --chat "127.0.0.1:$CHAT" --admin 127.0.0.1:0 --ready-file ready >/dev/null 2>&1 3>&- 4>&- &
	other=$!
	wait_until test -s ready
	run -1 "$SLO" demo
	kill -TERM "$other"
	[[ ${lines[-1]} = *"port $CHAT is taken"*WS_URL* ]]
}

@test "a target that cannot start is one line with its reason" {
	copy_suite
	rm "$TREE/bin"
	mkdir "$TREE/bin"
	cat >"$TREE/bin/k6" <<-SH
		#!/bin/bash
		[ "\$1 \$3" != "x target" ] || { echo 'time="x" level=error msg="the port is haunted"' >&2; exit 1; }
		exec $K6 "\$@"
	SH
	chmod +x "$TREE/bin/k6"
	run -1 "$TREE/run-slo-testing.sh" demo
	[[ ${lines[-1]} = *"the reference target did not start: the port is haunted"* ]]
	phase_is finished
}

@test "Ctrl-C stops test and target, keeps both accounts, and exits with 105" {
	in_terminal typed "$SLO" demo DURATION=60s
	wait_until under_load
	printf '\003' >typed
	code=0
	wait_until gone "$TERMINAL"
	wait "$TERMINAL" || code=$?
	[ "$code" -eq 105 ]
	closed
	[ "$(jq .turns_started "$RESULTS/latest/truth.json")" -ge 0 ]
	[ -s "$RESULTS/latest/summary.json" ]
}

@test "Ctrl-C before the test began stops the target" {
	copy_suite
	rm "$TREE/bin"
	mkdir "$TREE/bin"
	cat >"$TREE/bin/k6" <<-SH
		#!/bin/bash
		[ "\$1 \$3" != "x target" ] || { echo \$\$ >$BATS_TEST_TMPDIR/target.pid; exec sleep 1000; } # never ready
		exec $K6 "\$@"
	SH
	chmod +x "$TREE/bin/k6"
	in_terminal typed "$TREE/run-slo-testing.sh" demo
	wait_until test -s target.pid
	printf '\003' >typed
	wait_until gone "$TERMINAL"
	gone "$(cat target.pid)"
}

@test "a terminal that dies takes test and target with it" {
	in_terminal typed "$SLO" demo DURATION=60s
	wait_until under_load
	kill -KILL "$TERMINAL"
	wait_until closed
	wait_until phase_is finished
	wait_until test -s "$RESULTS/latest/truth.json"
}

@test "it does not know --detach" {
	run -2 "$SLO" demo --detach
}
