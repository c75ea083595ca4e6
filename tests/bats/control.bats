#!/usr/bin/env bats
# Runs that live on without their terminal: --detach, status, logs, attach, cancel, and signals.
bats_require_minimum_version 1.5.0
load helper
one_target_for_the_file

detached() { "$SLO" run-websocket --skip-health --detach "$@" 2>detached.err; }

@test "--detach returns at once, in a session of its own" {
	detached DURATION=60s
	[[ $(cat detached.err) = "detached: "*-websocket-streaming* ]]
	read -r pid _ < <(state supervisor)
	[ "$(cut -d ' ' -f 6 "/proc/$pid/stat")" = "$pid" ]
	[ "$(cut -d ' ' -f 7 "/proc/$pid/stat")" = 0 ] # no terminal
}

@test "status: nothing, under way, finished" {
	run -0 "$SLO" status
	[ "$output" = "no test is under way" ]
	detached DURATION=60s
	wait_until phase_is running # --detach returns as soon as there is a supervisor
	run -0 "$SLO" status
	[[ $output = *-websocket-streaming:\ running\ since* ]]
	"$SLO" cancel
	run -0 "$SLO" status
	[[ $output = "no test is under way"*"latest: "*"finished at "*"INVALID, exit code 105" ]]
	run -0 "$SLO" status "$(state id)"
	[[ $output = *"finished at"* ]]
	run -1 "$SLO" status nowhere
	[[ $output = *"there is no run nowhere"* ]]
}

@test "attach follows to the end and takes the exit code" {
	detached MESSAGE_RESPONSE_TIME_P90=1
	run -99 "$SLO" attach
	[[ $output = *"VERDICT: FAIL"* ]]
}

@test "attach to a finished run shows it, and takes its exit code" {
	detached MESSAGE_RESPONSE_TIME_P90=1
	wait_until phase_is finished
	run -0 "$SLO" status
	[[ $output = *"latest: "*"FAIL, exit code 99" ]]
	run -99 "$SLO" attach
	[[ $output = *"VERDICT: FAIL"* ]]
}

@test "logs prints what there is, logs -f to the end" {
	detached DURATION=60s
	wait_until logged "running ("
	run -0 "$SLO" logs
	[[ $output != *VERDICT* ]]
	"$SLO" logs -f >out 2>&1 3>&- &
	wait_until grep -q "script: " out # it follows
	"$SLO" cancel
	wait $!
	grep -q "VERDICT: INVALID" out
	run -0 "$SLO" logs
	[ "$output" = "$(cat "$RESULTS/latest/k6.log")" ]
}

@test "cancel ends the run gracefully: exit code 105, and the results are whole" {
	detached DURATION=60s
	wait_until under_load
	run -0 "$SLO" cancel
	[[ $output = *"INVALID, exit code 105"* ]]
	phase_is finished
	[ "$(jq -r .complete "$RESULTS/latest/summary.json")" = false ]
	run -1 "$SLO" cancel
	[[ $output = *"is already over: exit code 105"* ]]
}

@test "without any run, logs, attach and cancel are one line" {
	for command in logs attach cancel; do
		run -1 "$SLO" $command
		[ "${#lines[@]}" -eq 1 ]
	done
}

@test "commands find the run that is under way, even if a later one is finished" {
	detached DURATION=60s
	id=$(state id)
	cat >mine.js <<<'export default function () {}'
	"$SLO" run-custom CUSTOM_SCRIPT=mine.js >/dev/null 2>&1
	[[ $(readlink "$RESULTS/latest") = *-custom ]]
	run -0 "$SLO" cancel
	[[ $output = *"$id"* ]]
}

@test "the terminal dies: the run goes on, and its results are whole" {
	in_terminal typed "$SLO" run-websocket --skip-health DURATION=5s
	wait_until under_load
	kill -KILL "$TERMINAL" # the kernel hangs up on everybody in it
	read -r pid _ < <(state supervisor)
	wait_until phase_is finished
	[ "$(state exit_code)" = 0 ]
	[ "$(jq -r '.verdict, .complete' "$RESULTS/latest/summary.json" | tr '\n' ' ')" = "PASS true " ]
	logged "VERDICT: PASS"
	run -0 "$SLO" status
	[[ $output = *"latest: "*"PASS, exit code 0" ]]
}

@test "the terminal dies and results are not kept: the run ends, and nothing is left" {
	in_terminal typed "$SLO" run-websocket --skip-health DURATION=3s SAVE_TEST_RESULTS=false
	something() { ls "$TMPDIR"/featherweight-slo.*/run.state >/dev/null 2>&1; }
	wait_until something
	kill -KILL "$TERMINAL"
	nothing() { [ -z "$(ls -A "$TMPDIR")" ]; }
	wait_until nothing
}

@test "SIGHUP to k6 and to its supervisor does not end the run" {
	detached DURATION=60s
	wait_until under_load
	read -r pid _ < <(state supervisor)
	kill -HUP "$pid"
	read -r pid _ < <(state k6)
	kill -HUP "$pid"
	goes_on
	phase_is running
	"$SLO" cancel
	[ "$(state exit_code)" = 105 ]
}

@test "Ctrl-C ends the test gracefully, with its summary and exit code 105" {
	in_terminal typed "$SLO" run-websocket --skip-health DURATION=60s
	wait_until under_load
	printf '\003' >typed
	wait_until phase_is finished
	[ "$(state exit_code)" = 105 ]
	wait_until gone "$TERMINAL"
	grep -q "stopping the test" screen
	grep -q "VERDICT: INVALID" screen
	code=0
	wait "$TERMINAL" || code=$?
	[ "$code" = 105 ]
}

@test "SIGTERM to the script ends the test gracefully" {
	env --default-signal=TERM "$SLO" run-websocket --skip-health DURATION=60s >out 2>&1 3>&- &
	pid=$!
	wait_until under_load
	kill -TERM "$pid"
	code=0
	wait "$pid" || code=$?
	[ "$code" -eq 105 ]
	phase_is finished
	grep -q "VERDICT: INVALID" out
}

@test "Ctrl-C in attach leaves the run going" {
	detached DURATION=60s
	wait_until under_load
	in_terminal typed "$SLO" attach
	seen() { grep -q "VUs" screen; }
	wait_until seen
	printf '\003' >typed
	wait_until gone "$TERMINAL"
	run -0 "$SLO" status
	[[ $output = *": running since"* ]]
}

@test "a run whose processes were killed is told as such, and never as a result" {
	detached DURATION=60s
	wait_until under_load
	stop_runs
	run -0 "$SLO" status
	[[ $output = *"ended without a result: its process is gone"* ]]
	run -1 "$SLO" attach
	[[ ${lines[-1]} = *"ended without a result"*k6.log* ]]
}

@test "a k6 that has lost its supervisor is still a run, and can be cancelled" {
	detached DURATION=60s
	wait_until under_load
	read -r pid _ < <(state supervisor)
	kill -KILL "$pid"
	wait_until gone "$pid"
	run -0 "$SLO" status
	[[ $output = *": running since"* ]]
	"$SLO" cancel
	read -r pid _ < <(state k6)
	gone "$pid"
}

@test "a process that took the id of a dead run is left alone" {
	detached DURATION=60s
	wait_until under_load
	stop_runs
	sed -i "s/^k6=.*/k6=$$ 1/; s/^supervisor=.*/supervisor=$$ 1/" "$RESULTS/latest/run.state"
	run -1 "$SLO" cancel
	[ -d "/proc/$$" ]
}

@test "without setsid a run survives its terminal as well" {
	without setsid
	in_terminal typed "$SLO" run-websocket --skip-health DURATION=4s
	wait_until under_load
	kill -KILL "$TERMINAL"
	wait_until phase_is finished
	[ "$(state exit_code)" = 0 ]
	[ "$(jq -r .complete "$RESULTS/latest/summary.json")" = true ]
}

@test "during its health check a run is under way: told as such, started only once, and cancelled before it begins" {
	fault PUT '{"handshake_hang":1}'
	"$SLO" run-websocket CONNECT_TIMEOUT=100s >out 2>&1 3>&- &
	pid=$!
	wait_until grep -q "health check first" out
	run -0 "$SLO" status
	[[ $output = *-websocket-streaming:\ starting\ since* ]]
	run "$ROOT/recovery.sh" --restart
	[[ $output = *"it is under way"* ]]
	[ "$(find "$RESULTS" -name run.state | wc -l)" -eq 1 ]
	"$SLO" cancel
	fault DELETE
	code=0
	wait "$pid" || code=$?
	[ "$code" -eq 130 ]
	phase_is finished
	[ "$(state exit_code)" = 130 ]
	[ ! -e "$RESULTS/latest/summary.json" ]
}
