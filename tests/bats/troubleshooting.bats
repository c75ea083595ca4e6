#!/usr/bin/env bats
# The six symptoms of the specification: each one provoked, each with its cause and its remedy in the message.
bats_require_minimum_version 1.5.0
load helper

setup_file() {
	load helper
	start_target
}

teardown_file() {
	load helper
	fault DELETE || true
	stop_target
}

started() { run "$SLO" run-websocket --skip-health "$@"; }

@test "1 connection refused" {
	started BASE_URL=http://127.0.0.1:1 WS_URL=ws://127.0.0.1:2
	[ "$status" -eq 108 ]
	[[ $output = *"connect to ws://127.0.0.1:2/api/chat: connection refused: nothing listens there; start the chat service or correct WS_URL"* ]]
	[[ $output = *"GET http://127.0.0.1:1/metrics: connection refused: nothing listens there; start the service or correct METRICS_URL"* ]]
}

@test "2 the WebSocket is refused with 403" {
	fault PUT '{"handshake_403":1}'
	started
	fault DELETE
	[ "$status" -eq 108 ]
	[[ $output = *"unexpected response code: 403"*"wants a token or another origin: set CHAT_TOKEN"* ]]
}

@test "3 Hz metric not found" {
	fault PUT '{"metrics_no_hz":true}'
	started
	fault DELETE
	[ "$status" -eq 108 ]
	[[ $output = *"Hz metric not found"*"name the right one with HZ_COUNTER"* ]]
}

@test "4 a host that is not known here" {
	started BASE_URL=http://host.docker.internal.invalid:4000 WS_URL=ws://host.docker.internal.invalid:8080
	[ "$status" -eq 108 ]
	[[ $output = *"connect to ws://host.docker.internal.invalid:8080/api/chat: no such host: host.docker.internal.invalid is not known here; correct WS_URL"* ]]
	[[ $output = *"GET http://host.docker.internal.invalid:4000/metrics: "*"no such host: the host's address is not known; correct METRICS_URL"* ]]
}

@test "5 too many open files: before the load, by the limit" {
	ulimit -n 300
	started VUS=1000
	[ "$status" -eq 1 ]
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = *"too many open files: 1000 users need about 1200, and this shell may open 300: raise it with \"ulimit -n 65536\""*"set VUS lower" ]]
}

@test "5 too many open files: the soft limit is raised without a word" {
	ulimit -S -n 100
	started
	[ "$status" -eq 0 ]
}

@test "5 too many open files: in the middle of a run of k6 itself, which nobody warned" {
	ulimit -n 40
	run -99 "$K6" run --quiet -e VUS=60 -e SUMMARY_FILE=my.json "$ROOT/scripts/websocket-streaming-load-test.js"
	[[ $output = *"connect to $WS_URL/api/chat: too many open files; raise the limit (ulimit -n 65536) or lower VUS"* ]]
	[[ $output = *"VERDICT: INVALID  the load generator itself had no port, file or memory left"* ]]
	[ "$(jq .failures.generator my.json)" -gt 0 ]
	[ "$(jq -c '.failures | keys' my.json)" = '["generator"]' ]
}

@test "6 permission denied on the results" {
	touch file
	started TEST_RESULTS_DIR="$PWD/file"
	[ "$status" -eq 1 ]
	[[ $output = *"results cannot be written to $PWD/file"*"permission is missing or it is no directory"*chown*TEST_RESULTS_DIR* ]]
}

@test "6 permission denied on the environment file" {
	[ "$(id -u)" -eq 0 ] || skip "only root can become another user"
	chmod -R go+rx "$BATS_RUN_TMPDIR"
	chmod 600 "$ENV_FILE"
	HOME=$PWD run -1 setpriv --reuid=65534 --clear-groups "$SLO" config
	[[ $output = *"$ENV_FILE cannot be read: chmod u+r $ENV_FILE" ]]
}

@test "the looks at the services that the specification has find what they look for" {
	command -v curl >/dev/null || skip "there is no curl: apt-get install curl"
	curl -fsS "$BASE_URL/health" >/dev/null
	curl -fsS "${WS_URL/ws:/http:}/health" >/dev/null
	curl -fsS "$BASE_URL/metrics" | grep -iq hz
	curl -fsS "$BASE_URL/metrics" | grep -iq loop
	run -0 "$SLO" run-health HZ_AVERAGE_THRESHOLD=1
	for thing in API chat metrics loop WebSocket; do [[ $output = *"✓ $thing "* ]]; done
	[[ $output = *Prometheus*Grafana* ]]
}

@test "every symptom is in docs/troubleshooting.md" {
	for symptom in "onnection refused" 403 "Hz metric not found" "no such host" "oo many open files" "ermission" SELinux CHAT_ORIGIN CHAT_HEADERS CHAT_SUBPROTOCOLS; do
		grep -q "$symptom" "$ROOT/docs/troubleshooting.md"
	done
}
