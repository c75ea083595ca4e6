#!/usr/bin/env bats
# The folder of a run.
bats_require_minimum_version 1.5.0
load helper

setup_file() {
	load helper
	start_target
	one_run
}

# one_run: one whole run that several tests look at.
one_run() (
	BATS_TEST_TMPDIR=$BATS_FILE_TMPDIR/one
	mkdir "$BATS_TEST_TMPDIR"
	shared_setup
	AUTH_HEADER="Bearer geheim" "$SLO" run-websocket --skip-health DURATION=6s "CUSTOM_ARGS=a \"b\" \$c" >/dev/null 2>&1
)

# of_the_one_run: that is the run which the helpers look at.
of_the_one_run() { RESULTS=$BATS_FILE_TMPDIR/one/results; }

teardown_file() {
	load helper
	stop_target
}

@test "a run leaves its folder, and latest points at it" {
	of_the_one_run
	id=$(readlink "$RESULTS/latest")
	[[ $id =~ ^[0-9]{8}T[0-9]{6}Z-websocket-streaming$ ]]
	[ "$(find "$RESULTS" -mindepth 1 -maxdepth 1 | wc -l)" -eq 2 ]
	for file in summary.json junit.xml report.md k6.log config.env run.state; do [ -s "$RESULTS/$id/$file" ]; done
	phase_is finished
	[ "$(state id)" = "$id" ]
	[ "$(state exit_code)" = 0 ]
	[[ $(state started) =~ ^[0-9-]{10}T[0-9:]{8}Z$ ]]
}

@test "summary.json is of this run and whole" {
	of_the_one_run
	[ "$(jq -r '.verdict, .config.VUS, .complete' "$RESULTS/latest/summary.json" | tr '\n' ' ')" = "PASS 2 true " ]
}

@test "report.html begins with the verdict, and needs nothing from elsewhere" {
	of_the_one_run
	[ "$(grep -c '<svg' "$RESULTS/latest/report.html")" -ge 5 ]
	[[ $(sed 's/<[^>]*>//g' "$RESULTS/latest/report.html" | grep -m 1 -E 'PASS|FAIL|INVALID') = *PASS* ]]
	run ! grep -E '(src|href)="?https?:' "$RESULTS/latest/report.html"
}

@test "series.ndjson is the whole run: a header, lines of seconds, an end; report makes the page of it again" {
	of_the_one_run
	[ "$(head -n 1 "$RESULTS/latest/series.ndjson" | jq -r .schema)" = featherweight-slo/series/v1 ]
	[ "$(tail -n 1 "$RESULTS/latest/series.ndjson" | jq -r .end)" = true ]
	turns=$(jq -r .totals.turns "$RESULTS/latest/summary.json")
	"$K6" x fwhz report "$RESULTS/latest" --output "$BATS_TEST_TMPDIR/again.html"
	cmp "$BATS_TEST_TMPDIR/again.html" "$RESULTS/latest/report.html"
	[ "$turns" -gt 0 ]
}

@test "VUS, DURATION, IDLE, RAMP and RAMP_SCALE are the shape of the run" {
	shape() { jq -r '.phases[] | "\(.name) \(.from) to \(.to)"' "$RESULTS/latest/summary.json" | tr '\n' ' '; }
	"$SLO" run-websocket --skip-health VUS=3 DURATION=2s IDLE=1s RAMP=1 RAMP_SCALE=0.01 >/dev/null 2>&1
	[ "$(shape)" = "idle 0 to 1 ramp 1 to 2.2 steady 2.2 to 4.2 rampdown 4.2 to 4.5 " ]
	[ "$(jq '.phases[] | select(.name == "steady").users' "$RESULTS/latest/summary.json")" = 3 ]
	of_the_one_run # with RAMP=0 and IDLE=0s
	[ "$(shape)" = "steady 0 to 6 " ]
}

@test "latest moves on to the next run" {
	"$SLO" run-custom CUSTOM_SCRIPT=health-check.js BASE_URL=http://127.0.0.1:1 >/dev/null 2>&1 || true
	first=$(readlink "$RESULTS/latest")
	"$SLO" run-health >/dev/null 2>&1 || true
	[[ $(readlink "$RESULTS/latest") = *-health ]]
	[ -d "$RESULTS/$first" ]
	[ "$(find "$RESULTS" -maxdepth 1 -name '.latest*' | wc -l)" -eq 0 ]
}

@test "config.env says what was in force, without secrets, and can be read as .env.test" {
	of_the_one_run
	grep -q '^VUS=2 # environment$' "$RESULTS/latest/config.env"
	grep -q '^AUTH_HEADER="(hidden)" # environment$\|^AUTH_HEADER=(hidden) # environment$' "$RESULTS/latest/config.env"
	run ! grep -rq geheim "$RESULTS"
	ENV_FILE=$RESULTS/latest/config.env run -0 "$SLO" config
	[[ $output = *'a "b" $c '*"config.env line"* ]]
}

@test "SAVE_TEST_RESULTS=false leaves nothing behind, and the exit code is the same" {
	run -99 "$SLO" run-websocket --skip-health SAVE_TEST_RESULTS=false MESSAGE_RESPONSE_TIME_P90=1
	[[ $output = *"VERDICT: FAIL"* ]]
	[ ! -e "$RESULTS" ]
	nothing() { [ -z "$(ls -A "$TMPDIR")" ]; }
	wait_until nothing
	[ -z "$(ls -A "$BATS_TEST_TMPDIR" | grep -v '^\(env\|tmp\)$')" ]
}

@test "SAVE_TEST_RESULTS=false leaves nothing behind when the health check fails" {
	run -99 "$SLO" run-websocket SAVE_TEST_RESULTS=false BASE_URL=http://127.0.0.1:1
	[ ! -e "$RESULTS" ]
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "a health check that failed leaves its reports where those of the test would be, and one that passed leaves none" {
	run -99 "$SLO" run-websocket JUNIT_FILE=my.xml REPORT_FILE=my.md BASE_URL=http://127.0.0.1:1
	[[ $output = *"no load was started"* ]]
	cmp my.xml "$RESULTS/latest/junit.xml"
	cmp my.md "$RESULTS/latest/report.md"
	[[ $(head -n 1 my.md) = "# DOWN: "* ]]
	grep -q '^- [^,]*, http://127.0.0.1:1/[^ ]*: .*connection refused' my.md
	[ "$(grep -c '<failure' my.xml)" -eq "$(grep -c '^- ' my.md)" ]
	[ ! -e "$RESULTS/latest/summary.json" ]
	[ -z "$(find "$RESULTS" -name 'health-*')" ]
	SAVE_TEST_RESULTS=false run -99 "$SLO" run-websocket JUNIT_FILE=other.xml BASE_URL=http://127.0.0.1:1
	[ "$(grep -c '<failure' other.xml)" -eq "$(grep -c '<failure' my.xml)" ]
	HZ_AVERAGE_THRESHOLD=1 run "$SLO" run-websocket DURATION=2s
	[ -e "$RESULTS/latest/summary.json" ]
	[ -z "$(find "$RESULTS" -name 'health-*')" ]
	run ! grep -q health "$RESULTS/latest/junit.xml"
}

@test "SAVE_TEST_RESULTS=false and --detach contradict each other" {
	run -2 "$SLO" run-websocket --detach SAVE_TEST_RESULTS=false
	[[ $output = *"a detached run needs its folder"* ]]
}

@test "SUMMARY_FILE, JUNIT_FILE and REPORT_FILE get copies, wherever the script is called from" {
	mkdir sub
	cd sub
	"$SLO" run-websocket --skip-health SUMMARY_FILE=my.json JUNIT_FILE=my.xml REPORT_FILE=my.md >/dev/null 2>&1
	cmp my.json "$RESULTS/latest/summary.json"
	cmp my.xml "$RESULTS/latest/junit.xml"
	cmp my.md "$RESULTS/latest/report.md"
	SUMMARY_FILE=$BATS_TEST_TMPDIR/env.json "$SLO" run-health SAVE_TEST_RESULTS=false HZ_AVERAGE_THRESHOLD=1 >/dev/null 2>&1
	[ "$(jq -r .ok ../env.json)" = true ]
}

@test "a relative TEST_RESULTS_DIR is in the repository, wherever the script is called from" {
	copy_suite
	cat >mine.js <<<'export default function () {}'
	"$TREE/run-slo-testing.sh" run-custom CUSTOM_SCRIPT=mine.js TEST_RESULTS_DIR=./kept/here >/dev/null 2>&1
	[ -f "$TREE/kept/here/latest/run.state" ]
}

@test "a folder that cannot be written is one line with cause and remedy" {
	touch file
	run -1 "$SLO" run-websocket --skip-health TEST_RESULTS_DIR="$PWD/file/results"
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = *"results cannot be written to $PWD/file/results"*"TEST_RESULTS_DIR"* ]]
}

@test "a folder of another user is one line with cause and remedy" {
	[ "$(id -u)" -eq 0 ] || skip "only root can become another user"
	theirs=$(TMPDIR=/tmp mktemp -d)
	chmod 755 "$theirs"
	HOME=$theirs ENV_FILE=/dev/null run -1 setpriv --reuid=65534 --clear-groups "$SLO" run-websocket --skip-health TEST_RESULTS_DIR="$theirs"
	rm -r "$theirs"
	[[ ${lines[-1]} = *"results cannot be written to $theirs"*"sudo chown -R 65534:"* ]]
}

@test "Prometheus that is not there disturbs nothing" {
	cat >mine.js <<<'export default function () {}'
	run -0 "$SLO" run-custom CUSTOM_SCRIPT=mine.js PROMETHEUS_URL=http://127.0.0.1:1
	[[ $output != *remote*write* ]]
}

@test "Prometheus that is there gets the metrics, and its loss in the middle changes nothing" {
	http_server 0 POST # gone with the first push
	K6_PROMETHEUS_RW_PUSH_INTERVAL=1s run -0 "$SLO" run-websocket --skip-health PROMETHEUS_URL="$HTTP_URL" DURATION=4s
	echo "$output" >out
	grep -q "POST /api/v1/write" requests
	grep -q "VERDICT: PASS" out
	grep -q "Prometheus remote write ($HTTP_URL/api/v1/write)" out
	grep -q "did not reach Prometheus" out
}

@test "K6_PROMETHEUS_RW_SERVER_URL takes the metrics elsewhere than PROMETHEUS_URL" {
	echo 'export default function () {}' >mine.js
	http_server
	run "$SLO" run-custom CUSTOM_SCRIPT=mine.js PROMETHEUS_URL="$HTTP_URL" K6_PROMETHEUS_RW_SERVER_URL="$HTTP_URL/elsewhere"
	[[ $output = *"Prometheus remote write ($HTTP_URL/elsewhere)"* ]]
	[ "$(sort -u requests)" = "POST /elsewhere" ] # nobody asks whether it is a Prometheus
}

@test "who names a server for the metrics wants it used, without a Prometheus at PROMETHEUS_URL, and is told when it is not there" {
	echo 'export default function () {}' >mine.js
	http_server
	run "$SLO" run-custom CUSTOM_SCRIPT=mine.js PROMETHEUS_URL=http://127.0.0.1:1 K6_PROMETHEUS_RW_SERVER_URL="$HTTP_URL/elsewhere"
	[ "$(sort -u requests)" = "POST /elsewhere" ]
	run -0 "$SLO" run-custom CUSTOM_SCRIPT=mine.js PROMETHEUS_URL="$HTTP_URL" K6_PROMETHEUS_RW_SERVER_URL=http://127.0.0.1:1/api/v1/write
	[[ $output = *"no Prometheus answers at http://127.0.0.1:1/api/v1/write"* ]]
	[[ $output != *"remote write"* ]]
}

@test "~/ in TEST_RESULTS_DIR is the home directory, also from .env.test" {
	unset TEST_RESULTS_DIR
	echo "TEST_RESULTS_DIR=~/kept" >"$ENV_FILE"
	echo 'export default function () {}' >mine.js
	HOME=$BATS_TEST_TMPDIR run -0 "$SLO" run-custom CUSTOM_SCRIPT=~+/mine.js
	[ -f "$BATS_TEST_TMPDIR/kept/latest/run.state" ]
}
