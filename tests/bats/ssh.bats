#!/usr/bin/env bats
# Runs on another machine, against a real sshd on the loopback, with its own keys. Only "ssh" is wrapped, so that it
# reads this test's configuration instead of the user's.
bats_require_minimum_version 1.5.0
load helper

setup_file() {
	load helper
	PATH=$PATH:/usr/sbin command -v sshd >/dev/null || skip "there is no sshd: apt-get install openssh-server"
	start_target
	start_sshd
}

teardown_file() {
	load helper
	[ ! -f "$BATS_FILE_TMPDIR/sshd.pid" ] || kill "$(cat "$BATS_FILE_TMPDIR/sshd.pid")"
	stop_target
}

start_sshd() {
	local dir=$BATS_FILE_TMPDIR
	ssh-keygen -q -t ed25519 -N '' -f "$dir/host_key"
	ssh-keygen -q -t ed25519 -N '' -f "$dir/key"
	ssh-keygen -q -t ed25519 -N '' -f "$dir/stranger"
	[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
	until [ -s "$dir/sshd.pid" ]; do # the port may be taken
		SSH_PORT=$((20000 + RANDOM % 10000))
		cat >"$dir/sshd_config" <<-CONF
			Port $SSH_PORT
			ListenAddress 127.0.0.1
			HostKey $dir/host_key
			PidFile $dir/sshd.pid
			AuthorizedKeysFile $dir/key.pub
			PasswordAuthentication no
			KbdInteractiveAuthentication no
			StrictModes no
			UsePAM no
		CONF
		"$(PATH=$PATH:/usr/sbin command -v sshd)" -f "$dir/sshd_config" -E "$dir/sshd.log" 3>&- 4>&-
		wait_until 5 test -s "$dir/sshd.pid" || true
	done
	printf '[127.0.0.1]:%s %s\n' "$SSH_PORT" "$(cut -d ' ' -f 1,2 "$dir/host_key.pub")" >"$dir/known_hosts"
	printf 'Host *\n  UserKnownHostsFile %s\n  GlobalKnownHostsFile /dev/null\n  IdentityAgent none\n' "$dir/known_hosts" >"$dir/ssh_config"
	mkdir "$dir/bin"
	printf '#!/bin/sh\nexec %s -F %s "$@"\n' "$(command -v ssh)" "$dir/ssh_config" >"$dir/bin/ssh"
	chmod +x "$dir/bin/ssh"
	PATH=$dir/bin:$PATH
	export PATH SSH_PORT
}

setup() {
	local port=$SSH_PORT
	shared_setup
	export SSH_PORT=$port SSH_HOST=127.0.0.1 SSH_KEY_PATH=$BATS_FILE_TMPDIR/key SSH_DIR=$BATS_FILE_TMPDIR/there
	THERE=$SSH_DIR/test-results
}

teardown() {
	stop_runs
	RESULTS=$THERE stop_runs
}

# cut_connections: kills the processes that serve one, those of our sshd alone.
cut_connections() {
	local stat sshd
	sshd=$(cat "$BATS_FILE_TMPDIR/sshd.pid")
	for stat in /proc/[0-9]*/stat; do
		[[ $(cat "$stat" 2>/dev/null) =~ ^([0-9]+)\ \(sshd\)\ .\ "$sshd"\  ]] || continue
		kill -KILL "${BASH_REMATCH[1]}" 2>/dev/null || true
	done
}

same_log() { # but for what the copying says itself
	diff <(grep -v '^the connection to ' "$RESULTS/latest/k6.log" | tr -d '\n') <(tr -d '\n' <"$THERE/latest/k6.log")
}

@test "the test runs there, its log is shown here, its results are fetched, its exit code is ours" {
	run -99 --separate-stderr "$SLO" run-websocket --skip-health MESSAGE_RESPONSE_TIME_P90=1
	[[ $output = *"script: $SSH_DIR/scripts/"*"VERDICT: FAIL"* ]]
	[[ $stderr = *"sending the suite to 127.0.0.1:$SSH_DIR"*"results: "* ]]
	for file in summary.json report.html k6.log config.env run.state remote.state; do [ -s "$RESULTS/latest/$file" ]; done
	cmp "$RESULTS/latest/summary.json" "$THERE/latest/summary.json"
	[ "$(readlink "$RESULTS/latest")" = "$(readlink "$THERE/latest")" ]
	same_log
}

@test "it is detached there: its supervisor has no terminal and is nobody's child" {
	"$SLO" run-websocket --skip-health --detach DURATION=60s 2>/dev/null
	read -r pid _ < <(sed -n 's/^supervisor=//p' "$THERE/latest/run.state")
	[ "$(cut -d ' ' -f 6 "/proc/$pid/stat")" = "$pid" ]
	[ "$(cut -d ' ' -f 7 "/proc/$pid/stat")" = 0 ]
}

@test "the connection is cut in the middle of the run: nothing is lost" {
	"$SLO" run-websocket --skip-health DURATION=12s >out 2>err 3>&- &
	test=$!
	wait_until 60 under_load
	cut_connections
	wait_until 60 grep -q "the connection to 127.0.0.1 was lost" "$RESULTS/latest/k6.log"
	written=$(wc -l <"$RESULTS/latest/k6.log")
	more_there() { [ "$(wc -l <"$THERE/latest/k6.log")" -gt $((written + 4)) ]; }
	wait_until 60 more_there
	cut_connections
	code=0
	wait "$test" || code=$?
	[ "$code" -eq 0 ]
	grep -q "the run goes on there" out
	grep -q "VERDICT: PASS" out
	[ "$(jq -r .complete "$RESULTS/latest/summary.json")" = true ]
	same_log
}

@test "the sshd is away for a while: it is asked again until it is back" {
	"$SLO" run-websocket --skip-health DURATION=8s >out 2>err 3>&- &
	test=$!
	wait_until 60 under_load
	sshd=$(cat "$BATS_FILE_TMPDIR/sshd.pid")
	kill -STOP "$sshd" # nobody gets in meanwhile
	cut_connections
	kill -KILL "$sshd"
	ended_there() { grep -q '^phase=finished' "$THERE/latest/run.state"; }
	wait_until 60 ended_there
	run ! test -e "$RESULTS/latest/summary.json"
	"$(PATH=$PATH:/usr/sbin command -v sshd)" -f "$BATS_FILE_TMPDIR/sshd_config" -E "$BATS_FILE_TMPDIR/sshd.log" 3>&- 4>&-
	code=0
	wait "$test" || code=$?
	[ "$code" -eq 0 ]
	grep "connection to 127.0.0.1 was lost" out
	[ "$(grep -c "connection to 127.0.0.1 was lost" out)" -eq 1 ]
	same_log
}

@test "status, logs, attach and cancel work on it from here" {
	"$SLO" run-websocket --skip-health --detach DURATION=60s 2>/dev/null
	wait_until 60 under_load
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
	wait_until 60 under_load
	printf '\003' >typed
	wait_until 60 phase_is finished
	[ "$(state exit_code)" = 105 ]
	[ "$(sed -n 's/^exit_code=//p' "$THERE/latest/run.state")" = 105 ]
}

@test "the terminal here dies: the run goes on there, and its results are fetched" {
	in_terminal typed "$SLO" run-websocket --skip-health DURATION=5s
	wait_until 60 under_load
	kill -KILL "$TERMINAL"
	wait_until 90 phase_is finished
	[ "$(jq -r .complete "$RESULTS/latest/summary.json")" = true ]
}

@test "this machine restarts: attach fetches everything again" {
	"$SLO" run-websocket --skip-health --detach DURATION=5s 2>/dev/null
	wait_until 60 under_load
	stop_runs # here only
	unset SSH_HOST
	run -1 "$ROOT/recovery.sh"
	[[ $output = *"it runs on 127.0.0.1, and only the copying of its results ended"* ]]
	run -0 "$SLO" attach
	[[ $output = *"VERDICT: PASS"* ]]
	[ -s "$RESULTS/latest/summary.json" ]
	same_log
}

@test "a machine that did not start the run asks there" {
	"$SLO" run-websocket --skip-health --detach DURATION=60s 2>/dev/null
	wait_until 60 under_load
	id=$(state id)
	TEST_RESULTS_DIR=$BATS_TEST_TMPDIR/elsewhere run -0 "$SLO" status
	[[ $output = *"$id: running since"* ]]
	TEST_RESULTS_DIR=$BATS_TEST_TMPDIR/elsewhere run -0 "$SLO" cancel
	[[ $output = *"exit code 105"* ]]
}

@test "the health check runs there, and its failure starts no load" {
	run -99 "$SLO" run-websocket BASE_URL=http://127.0.0.1:1
	[[ $output = *"✗ API"*"the run was not started on 127.0.0.1"* ]]
	phase_is finished
	[ "$(state exit_code)" = 99 ]
}

@test "values with blanks and secrets arrive, and no process list or file shows them" {
	"$SLO" run-websocket --skip-health --detach DURATION=60s "AUTH_HEADER=Bearer geheim 'x' \"y\"" 2>/dev/null
	wait_until 60 under_load
	read -r pid _ < <(sed -n 's/^k6=//p' "$THERE/latest/run.state")
	tr '\0' '\n' <"/proc/$pid/environ" | grep -qxF "AUTH_HEADER=Bearer geheim 'x' \"y\""
	run ! grep -laF geheim /proc/[0-9]*/cmdline
	run ! grep -rqF geheim "$RESULTS" "$SSH_DIR"
}

@test "the binary is sent once" {
	"$SLO" run-health >/dev/null 2>&1 || true
	before=$(stat -c %i "$SSH_DIR/bin/k6")
	"$SLO" run-health >/dev/null 2>&1 || true
	[ "$(stat -c %i "$SSH_DIR/bin/k6")" = "$before" ]
}

@test "a failed run rolls back here" {
	run -99 "$SLO" run-websocket --skip-health MESSAGE_RESPONSE_TIME_P90=1 ROLLBACK_COMMAND='echo "$SLO_VERDICT" >'"$PWD/rolled"
	[ "$(cat rolled)" = FAIL ]
	run ! grep -q ROLLBACK "$THERE/latest/config.env.none" "$THERE/latest/k6.log"
}

@test "SAVE_TEST_RESULTS=false leaves nothing behind, here and there" {
	before=$(ls "$THERE" 2>/dev/null | grep -v latest || true)
	run -0 "$SLO" run-websocket --skip-health SAVE_TEST_RESULTS=false
	[ ! -e "$RESULTS" ]
	nothing() { [ -z "$(ls -A "$TMPDIR")" ]; }
	wait_until 20 nothing
	[ "$(ls "$THERE" | grep -v latest || true)" = "$before" ]
}

@test "each way in which SSH can fail is one line with cause and remedy" {
	run -1 "$SLO" run-health SSH_PORT=1
	[[ ${lines[-1]} = *"SSH to 127.0.0.1 port 1 does not work: "*"refused"*"SSH_PORT"* ]]
	run -1 "$SLO" run-health SSH_KEY_PATH="$BATS_FILE_TMPDIR/stranger"
	[[ ${lines[-1]} = *"Permission denied"*"SSH_USER and SSH_KEY_PATH"* ]]
	run -1 "$SLO" run-health SSH_HOST=no-such-host.invalid
	[[ ${lines[-1]} = *"Could not resolve"*"is SSH_HOST right?"* ]]
	run -1 "$SLO" run-health SSH_HOST=localhost # not in the list of known hosts
	[[ ${lines[-1]} = *"Host key verification failed"*"connect once by hand"* ]]
	[ "${#lines[@]}" -eq 1 ]
}

@test "what does not go together with SSH_HOST is refused" {
	run -2 "$SLO" run-websocket RUNNER=docker
	run -2 "$SLO" run-websocket --monitoring
	echo 'export default function () {}' >mine.js
	run -2 "$SLO" run-custom CUSTOM_SCRIPT=mine.js
	[[ $output = *"must be in scripts/"* ]]
}

@test "another kind of machine is one line" {
	stub uname 'echo "Plan9 mips"'
	run -1 "$SLO" run-health
	[[ ${lines[-1]} = *"is Linux"*"bin/k6 is for Plan9 mips"* ]]
}
