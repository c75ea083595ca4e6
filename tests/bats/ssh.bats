#!/usr/bin/env bats
# Runs on another machine: what is sent, what comes back, what goes wrong.
bats_require_minimum_version 1.5.0
load helper
load sshd

@test "the test runs there, its log is shown here, its results are fetched, its exit code is ours" {
	run -99 --separate-stderr "$SLO" run-websocket --skip-health MESSAGE_RESPONSE_TIME_P90=1 SSH_USER="$(id -un)"
	[[ $output = *"script: $SSH_DIR/scripts/"*"VERDICT: FAIL"* ]]
	[[ $stderr = *"sending the suite to $(id -un)@127.0.0.1:$SSH_DIR"*"results: "* ]]
	for file in summary.json report.html k6.log config.env run.state remote.state; do [ -s "$RESULTS/latest/$file" ]; done
	cmp "$RESULTS/latest/summary.json" "$THERE/latest/summary.json"
	[ "$(readlink "$RESULTS/latest")" = "$(readlink "$THERE/latest")" ]
	same_log
}

@test "the health check runs there, and its failure starts no load" {
	run -99 "$SLO" run-websocket BASE_URL=http://127.0.0.1:1
	[[ $output = *"✗ API"*"the run was not started on 127.0.0.1"* ]]
	phase_is finished
	[ "$(state exit_code)" = 99 ]
}

# in_process_list TEXT: a process of this machine has it in its command line. Nothing is started to look, for that would
# have it there, too.
in_process_list() {
	local file word
	for file in /proc/[0-9]*/cmdline; do
		while IFS= read -r -d '' word; do
			[[ $word != *"$1"* ]] || return 0
		done 2>/dev/null <"$file" || true # it is gone meanwhile
	done
	return 1
}

@test "values with blanks and secrets arrive, no shell obeys them, and no process list or file shows them" {
	secret=geheim-$$-$RANDOM # one that no other test has
	pwned=$BATS_TEST_TMPDIR/pwned
	wild="Bearer $secret 'x' \"y\" \$(touch $pwned) \`touch $pwned\` ; touch $pwned & \\ %s"
	AUTH_HEADER=$wild "$SLO" run-websocket --skip-health --detach DURATION=60s 2>/dev/null
	wait_until under_load
	read -r pid _ < <(sed -n 's/^k6=//p' "$THERE/latest/run.state")
	tr '\0' '\n' <"/proc/$pid/environ" | grep -qxF "AUTH_HEADER=$wild"
	[ ! -e "$pwned" ]
	in_process_list websocket-streaming-load-test.js
	run ! in_process_list "$secret"
	run ! grep -rqF "$secret" "$RESULTS" "$SSH_DIR"/{scripts,shell,test-results}
}

@test "the binary is sent once" {
	export SSH_DIR=$BATS_TEST_TMPDIR/fresh
	"$SLO" run-health >out 2>err || true
	cmp "$K6" "$SSH_DIR/bin/k6"
	before=$(stat -c %i "$SSH_DIR/bin/k6")
	"$SLO" run-health >out 2>err || true
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
	wait_until nothing
	[ "$(ls "$THERE" | grep -v latest || true)" = "$before" ]
}

@test "each way in which SSH can fail is one line with cause and remedy" {
	run -1 "$SLO" run-health SSH_PORT=1
	[[ ${lines[-1]} = *"SSH to 127.0.0.1 port 1 does not work: "*"refused"*"SSH_PORT"* ]]
	run -1 "$SLO" run-health SSH_KEY_PATH="$BATS_FILE_TMPDIR/stranger"
	[[ ${lines[-1]} = *"Permission denied"*"SSH_USER and SSH_KEY_PATH"* ]]
	run -1 "$SLO" run-health SSH_USER=nobody-of-that-name
	[[ ${lines[-1]} = *"nobody-of-that-name@127.0.0.1"*"Permission denied"*"SSH_USER and SSH_KEY_PATH"* ]]
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
	stub ssh 'printf "%s\n" featherweight-slo-there "Plan9 mips" none'
	run -1 "$SLO" run-health
	[[ ${lines[-1]} = *"127.0.0.1 is Plan9 mips, and bin/k6 is for "*"build the suite there"* ]]
}

@test "a script of somebody's own is found there by its place in scripts/" {
	copy_suite
	echo 'export default function () { console.log("it is mine") }' >"$TREE/scripts/mine.js"
	run -0 "$TREE/run-slo-testing.sh" run-custom CUSTOM_SCRIPT="$TREE/scripts/mine.js" SSH_DIR="$BATS_TEST_TMPDIR/far off"
	[[ $output = *"it is mine"* ]]
}

@test "~ in SSH_DIR is the home directory there" {
	name=featherweight-slo-test-$$-$RANDOM
	run -0 "$SLO" run-health SSH_DIR="~/$name" --dry-run
	[[ $output = *"on 127.0.0.1, in ~/$name:"* ]]
	"$SLO" run-health SSH_DIR="~/$name" >out 2>err || true
	[ -x ~/"$name/bin/k6" ] # where sshd begins, whatever HOME is
	rm -rf ~/"$name"
	[ ! -e "$SSH_DIR/~" ]
	[ ! -e ~/'~' ]
}

@test "two machines that start in the same second have each their own result" {
	export DURATION=4s
	for machine in a b; do
		TEST_RESULTS_DIR=$BATS_TEST_TMPDIR/$machine "$SLO" run-websocket --skip-health SAVE_TEST_RESULTS=true VUS="$([ $machine = a ] && echo 1 || echo 2)" \
			>"out.$machine" 2>&1 3>&- &
	done
	wait
	users() { sed -n 's/^VUS=\([0-9]*\).*/\1/p' "$1/config.env"; }
	for machine in a b; do
		here=$BATS_TEST_TMPDIR/$machine/latest
		id=$(sed -n 's/^host_id=//p' "$here/run.state")
		[ "$(users "$here")" = "$(users "$THERE/$id")" ]
		cmp "$here/summary.json" "$THERE/$id/summary.json"
	done
}
