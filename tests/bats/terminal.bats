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
	tmux kill-server 2>/dev/null || true
	screen -S k6-test -X quit >/dev/null 2>&1 || true
	stop_runs
}

# whole: the run came to its end, with everything that a run leaves.
whole() {
	wait_until 60 phase_is finished
	[ "$(state exit_code)" = 0 ]
	[ "$(jq -r '.verdict, .complete' "$RESULTS/latest/summary.json" | tr '\n' ' ')" = "PASS true " ]
	logged "VERDICT: PASS"
}

@test "tmux: the session shows the run, and when it is killed the run goes on" {
	command -v tmux >/dev/null || skip "there is no tmux: apt-get install tmux"
	tmux -f /dev/null new-session -d -s k6-test 3>&- 4>&-
	tmux send-keys -t k6-test "$SLO run-websocket --skip-health DURATION=6s" C-m
	wait_until 60 under_load
	shown() { [[ $(tmux capture-pane -p -t k6-test) = *"running ("* ]]; }
	wait_until 20 shown
	tmux kill-server
	run -0 "$SLO" status
	[[ $output = *": running since"* ]]
	whole
}

@test "screen: the session can be found again, and when it is quit the run goes on" {
	command -v screen >/dev/null || skip "there is no screen: apt-get install screen"
	mkdir -m 700 "$SCREENDIR"
	screen -dmS k6-test "$SLO" run-websocket --skip-health DURATION=6s 3>&- 4>&-
	wait_until 60 under_load
	[[ $(screen -ls || true) = *.k6-test* ]]
	screen -S k6-test -X quit
	run -0 "$SLO" status
	[[ $output = *": running since"* ]]
	whole
}

@test "a run that a lost session started is followed to its end from the next one" {
	command -v tmux >/dev/null || skip "there is no tmux: apt-get install tmux"
	"$SLO" run-websocket --skip-health --detach DURATION=4s 2>/dev/null
	tmux -f /dev/null new-session -d -s k6-test "$SLO attach; echo the code is \$? >'$BATS_TEST_TMPDIR/attached'" 3>&- 4>&-
	wait_until 60 test -s attached
	[ "$(cat attached)" = "the code is 0" ]
}
