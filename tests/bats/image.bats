#!/usr/bin/env bats
# What the image starts, without the image: "k6 x fwhz exec" as its entrypoint calls it.
bats_require_minimum_version 1.5.0
load helper

setup() {
	shared_setup
	export FW_ROOT=$ROOT FW_NAME=fw-k6 K6_AUTO_EXTENSION_RESOLUTION=false K6_NO_USAGE_REPORT=true SUMMARY_FILE=""
	unset HOST_ALIAS K6_PROMETHEUS_RW_SERVER_URL TEST_ID
	cat >mine.js <<'JS'
export default function () {
	console.log(`${__ENV.BASE_URL} ${__ENV.WS_URL} ${__ENV.METRICS_URL}`)
	console.warn('a warning')
}
JS
}

entrypoint() { "$K6" x fwhz exec "$@"; }

custom() { TEST_TYPE=custom CUSTOM_SCRIPT=$PWD/mine.js entrypoint "$@"; }

@test "TEST_TYPE names the test; its exit code is k6's" {
	TEST_TYPE=health BASE_URL=http://127.0.0.1:1 run -99 entrypoint
	[[ $output = *"✗ API"* ]]
}

@test "a value that is not allowed is one line and exit code 2, and so is a script that is not there" {
	TEST_TYPE=nonsense run -2 entrypoint
	[[ $output = 'fw-k6: TEST_TYPE="nonsense" is not allowed: one of websocket-streaming, health, comprehensive, load, custom'* && ${#lines[@]} -eq 1 ]]
	K6_LOG_LEVEL=loud run -2 entrypoint
	[[ $output = 'fw-k6: K6_LOG_LEVEL="loud" is not allowed: one of debug, info, warn, error'* ]]
	K6_VUS=3 run -2 entrypoint
	[[ $output = *"K6_VUS would replace the load of the script and must not be set: set VUS instead"* ]]
	TEST_TYPE=custom run -2 entrypoint
	[[ $output = *"TEST_TYPE=custom needs CUSTOM_SCRIPT, the path of a k6 script: docker run"* ]]
	TEST_TYPE=custom CUSTOM_SCRIPT=/my/test.js run -2 entrypoint
	[[ $output = *"CUSTOM_SCRIPT=/my/test.js is not there: mount it"* ]]
}

@test "localhost is what HOST_ALIAS calls it, other hosts stay" {
	HOST_ALIAS=host.docker.internal BASE_URL=http://localhost:4000 WS_URL=wss://127.0.0.1 METRICS_URL=http://localhost.example/x run -0 custom
	[[ $output = *"http://host.docker.internal:4000 wss://host.docker.internal http://localhost.example/x"* ]]
}

@test "arguments go to k6, flags too; CUSTOM_ARGS are words, and no file names" {
	touch a.tmp b.tmp
	CUSTOM_ARGS="--iterations 2 --tag files=*" run -0 custom --vus 2 --summary-mode=full --tag "more=a b"
	[[ $output = *"2/2 shared iterations"* || $output = *"2 iterations shared among 2 VUs"* ]]
	run -0 custom --help
	[[ $output = *"k6 run"* ]]
}

@test "K6_LOG_LEVEL=warn leaves out the lower levels" {
	K6_LOG_LEVEL=warn run -0 custom 2>out
	[[ $output = *"a warning"* && $output != *"level=info"* ]]
}

@test "metrics go to Prometheus while it is there, with the tags of the run" {
	export K6_PROMETHEUS_RW_SERVER_URL=http://127.0.0.1:1/api/v1/write
	run -0 custom
	[[ $output = *"fw-k6: no Prometheus answers at http://127.0.0.1:1/api/v1/write: this test sends it no metrics"* ]]
	http_server
	K6_PROMETHEUS_RW_SERVER_URL=$HTTP_URL/api/v1/write run -0 custom
	grep -q "^GET /-/ready$" requests
	grep -q "^POST /api/v1/write$" requests
	[[ $output != *"no Prometheus answers"* ]]
}

@test "k6 takes the entrypoint's place: it gets the signals" {
	echo "import { sleep } from 'k6'; export default function () { console.log('begun'); sleep(600) }" >mine.js
	TEST_TYPE=custom CUSTOM_SCRIPT=$PWD/mine.js env --default-signal=INT,TERM "$K6" x fwhz exec --no-color >out 2>&1 3>&- 4>&- &
	pid=$!
	wait_until grep -q begun out
	[[ $(tr '\0' ' ' <"/proc/$pid/cmdline") = "k6 run "*"/mine.js --no-color " ]]
	kill -TERM "$pid"
	code=0
	wait "$pid" || code=$?
	[ "$code" -eq 105 ]
}
