#!/usr/bin/env bats
# A test from the front door: exit codes, which script, what reaches k6.
bats_require_minimum_version 1.5.0
load helper
one_target_for_the_file

@test "a run that meets its objectives exits with 0 and prints the verdict" {
	run -0 --separate-stderr "$SLO" run-websocket --skip-health
	[[ $output = *"VERDICT: PASS"* ]]
	[[ $stderr = *"results: "* ]]
}

@test "a run that misses one exits with 99, as k6 does" {
	run -99 --separate-stderr "$SLO" run-websocket --skip-health MESSAGE_RESPONSE_TIME_P90=1
	[[ $output = *"VERDICT: FAIL"* ]]
}

@test "a target that is not there: k6's own code and one line with cause and remedy" {
	run -108 --separate-stderr "$SLO" run-websocket --skip-health BASE_URL=http://127.0.0.1:1 WS_URL=ws://127.0.0.1:2
	[[ $stderr = *"ws://127.0.0.1:2/api/chat: connection refused: nothing listens there"* ]]
}

@test "the health check comes first, and its failure starts no load" {
	fault PUT '{"handshake_403":1}'
	run -99 "$SLO" run-websocket
	fault DELETE
	[[ $output = *"✗ WebSocket"*"403"*"no load was started"*"--skip-health"* ]]
	[[ $output != *VERDICT* ]]
	phase_is finished
	[ "$(state exit_code)" = 99 ]
	grep -q "✗ WebSocket" "$RESULTS/latest/health.log"
	[ ! -e "$RESULTS/latest/summary.json" ]
}

@test "a healthy target is tested after the health check" {
	"$SLO" run-websocket >out 2>err
	grep -q "✓ WebSocket" out
	grep -q "VERDICT: PASS" out
	grep -q "health check first" err
}

@test "run-health exits with the code of the health check" {
	fault PUT '{"metrics_404":true}'
	run -99 "$SLO" run-health
	fault DELETE
	[[ $output = *"✗ metrics"*404*"HEALTH: DOWN"* ]]
}

@test "run takes the test that TEST_TYPE names" {
	cat >mine.js <<-'JS'
		export const options = { thresholds: { iterations: ['count>0'] } };
		export default function () { console.log(`CUSTOM_ARGS gave ${__ENV.WORD}, VUS is ${__ENV.VUS}`); }
	JS
	run -0 "$SLO" run TEST_TYPE=custom CUSTOM_SCRIPT=mine.js "CUSTOM_ARGS=--iterations 1 -e WORD=hello"
	[[ $output = *"CUSTOM_ARGS gave hello, VUS is 2"* ]]
	[[ $(readlink "$RESULTS/latest") = *-custom ]]
	TEST_TYPE=custom CUSTOM_SCRIPT=mine.js run -0 "$SLO" run
	[[ $output = *"CUSTOM_ARGS gave undefined"* ]]
}

@test "run-custom without a script, or with one that is not there, is one line" {
	run -2 "$SLO" run-custom
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = *"needs CUSTOM_SCRIPT"* ]]
	run -2 "$SLO" run-custom CUSTOM_SCRIPT=nowhere.js
	[[ $output = *"CUSTOM_SCRIPT=nowhere.js is not there"* ]]
}

@test "run-custom takes a script of the repository by its name" {
	run -99 "$SLO" run-custom CUSTOM_SCRIPT=health-check.js BASE_URL=http://127.0.0.1:1
	[[ $output = *"✗ API"* ]]
}

@test "what stands behind -- goes to k6" {
	cat >mine.js <<<'export default function () { console.log(`argument ${__ENV.WORD}`); }'
	run -0 "$SLO" run-custom CUSTOM_SCRIPT=mine.js -- -e "WORD=a b" --iterations 1
	[[ $output = *"argument a b"* ]]
}

@test "values reach k6 through the environment, not through its arguments" {
	run -0 --separate-stderr "$SLO" run-websocket --skip-health DEBUG_MODE=true AUTH_HEADER=geheim
	[[ $stderr = *"debug: "*"bin/k6 run"* ]]
	[[ $(grep "^run-slo-testing.sh: debug" <<<"$stderr") != *geheim* ]]
}

@test "without the binary it is built, and without Go that is one line" {
	copy_suite
	rm "$TREE/bin"
	without go
	run -1 "$TREE/run-slo-testing.sh" run-health
	[[ $output = *"bin/k6 is missing, and so is Go"*https://go.dev/dl* ]]
	without make
	stub go 'exit 0'
	run -1 "$TREE/run-slo-testing.sh" run-health
	[[ $output = *"bin/k6 is missing, and so is make"* ]]
	stub make 'mkdir -p "$2/bin"; ln -s "'"$K6"'" "$2/bin/k6"; echo built >>"'"$BATS_TEST_TMPDIR"'/built"'
	run -99 "$TREE/run-slo-testing.sh" run-health BASE_URL=http://127.0.0.1:1
	[[ $output = *"building it with \"make k6\""*"✗ API"* ]]
	[ "$(cat built)" = built ]
}

@test "no usage report and no download of extensions, unless somebody wants them" {
	cat >mine.js <<<'export default function () { console.log(`report ${__ENV.K6_NO_USAGE_REPORT} ${__ENV.K6_AUTO_EXTENSION_RESOLUTION}`); }'
	run -0 "$SLO" run-custom CUSTOM_SCRIPT=mine.js
	[[ $output = *"report true false"* ]]
	K6_NO_USAGE_REPORT=false run -0 "$SLO" run-custom CUSTOM_SCRIPT=mine.js
	[[ $output = *"report false false"* ]]
}

@test "a second run at the same time is allowed, with a warning" {
	"$SLO" run-websocket --skip-health --detach DURATION=60s
	run "$SLO" run-health
	[[ $output = *"is still under way, and both disturb each other"* ]]
}

@test "--dry-run checks the values, prints what would run, and runs nothing" {
	run -0 "$SLO" run-websocket --dry-run VUS=5 AUTH_HEADER=geheim -- --tag a=b
	[[ $output = *"VUS=5"*"bin/k6 run --tag a=b "*"scripts/websocket-streaming-load-test.js"* ]]
	[[ $output != *geheim* ]]
	[ ! -e "$RESULTS" ]
	run -104 "$SLO" run-websocket --dry-run VUS=x
	run -0 "$SLO" run-websocket --dry-run SSH_HOST=far.example
	[[ $output = "on far.example, in .featherweight-slo:"* ]]
}

@test "VERBOSE_LOGGING logs every failed turn, not only the first of each kind" {
	fault PUT '{"drop":1}'
	"$SLO" run-websocket --skip-health DURATION=4s >/dev/null 2>&1 || true
	first=$(grep -c 'level=warning' "$RESULTS/latest/k6.log")
	"$SLO" run-websocket --skip-health DURATION=4s VERBOSE_LOGGING=true >/dev/null 2>&1 || true
	every=$(grep -c 'level=warning' "$RESULTS/latest/k6.log")
	fault DELETE
	[ "$every" -gt "$first" ]
	[ "$every" -ge "$(jq .totals.failed "$RESULTS/latest/summary.json")" ]
}
