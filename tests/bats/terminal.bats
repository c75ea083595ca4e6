#!/usr/bin/env bats
# Runs in tmux and screen, as people keep them over SSH: the session may go away, the run does not.
bats_require_minimum_version 1.5.0
load helper
one_target_for_the_file

setup() {
	shared_setup
	export TERM=xterm TMUX_TMPDIR=$BATS_TEST_TMPDIR SCREENDIR=$BATS_TEST_TMPDIR/screens
}

teardown() {
	tell
	tmux kill-server 2>/dev/null || true
	screen -S k6-test -X quit >/dev/null 2>&1 || true
	stop_runs
}

# lives_on: the run makes progress, and comes to the end that it is given, with everything that a run leaves.
lives_on() {
	run -0 "$SLO" status
	[[ $output = *": running since"* ]]
	goes_on
	"$SLO" cancel
	[ "$(state exit_code)" = 105 ]
	[ "$(jq -r '.verdict, .complete' "$RESULTS/latest/summary.json" | tr '\n' ' ')" = "INVALID false " ]
	logged "VERDICT: INVALID"
}

@test "tmux: the session shows the run, and when it is killed the run goes on" {
	command -v tmux >/dev/null || skip "there is no tmux: apt-get install tmux"
	tmux -f /dev/null new-session -d -s k6-test 3>&- 4>&-
	tmux send-keys -t k6-test "$SLO run-websocket --skip-health DURATION=60s" C-m
	wait_until under_load
	shown() { [[ $(tmux capture-pane -p -t k6-test) = *"running ("* ]]; }
	wait_until shown
	tmux kill-server
	lives_on
}

@test "screen: the session can be found again, and when it is quit the run goes on" {
	command -v screen >/dev/null || skip "there is no screen: apt-get install screen"
	mkdir -m 700 "$SCREENDIR"
	screen -dmS k6-test "$SLO" run-websocket --skip-health DURATION=60s 3>&- 4>&-
	wait_until under_load
	[[ $(screen -ls || true) = *.k6-test* ]]
	screen -S k6-test -X quit
	lives_on
}

@test "a run that a lost session started is followed to its end from the next one" {
	command -v tmux >/dev/null || skip "there is no tmux: apt-get install tmux"
	"$SLO" run-websocket --skip-health --detach DURATION=4s 2>/dev/null
	tmux -f /dev/null new-session -d -s k6-test "$SLO attach; echo the code is \$? >'$BATS_TEST_TMPDIR/attached'" 3>&- 4>&-
	wait_until test -s attached
	[ "$(cat attached)" = "the code is 0" ]
}
