#!/usr/bin/env bats
# The folder of a run.
bats_require_minimum_version 1.5.0
load helper

setup_file() {
	load helper
	start_target
}

teardown_file() {
	load helper
	stop_target
}

@test "a run leaves its folder, and latest points at it" {
	"$SLO" run-websocket --skip-health >/dev/null 2>&1
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
	"$SLO" run-websocket --skip-health >/dev/null 2>&1
	[ "$(jq -r '.verdict, .config.VUS, .complete' "$RESULTS/latest/summary.json" | tr '\n' ' ')" = "PASS 2 true " ]
}

@test "report.html holds the run's data" {
	"$SLO" run-websocket --skip-health DURATION=6s >/dev/null 2>&1
	[ "$(wc -c <"$RESULTS/latest/report.html")" -gt 100000 ]
	grep -q '<html' "$RESULTS/latest/report.html"
}

@test "latest moves on to the next run" {
	"$SLO" run-websocket --skip-health >/dev/null 2>&1
	first=$(readlink "$RESULTS/latest")
	"$SLO" run-health >/dev/null 2>&1 || true
	[[ $(readlink "$RESULTS/latest") = *-health ]]
	[ -d "$RESULTS/$first" ]
	[ "$(find "$RESULTS" -maxdepth 1 -name '.latest*' | wc -l)" -eq 0 ]
}

@test "two runs in the same second get two folders" {
	cat >mine.js <<<'export default function () {}'
	stub date 'case "$*" in *%Y%m%dT*) echo 20260101T000000Z ;; *) exec /bin/date "$@" ;; esac'
	"$SLO" run-custom CUSTOM_SCRIPT=mine.js >/dev/null 2>&1
	"$SLO" run-custom CUSTOM_SCRIPT=mine.js >/dev/null 2>&1
	[ -f "$RESULTS/20260101T000000Z-custom/run.state" ]
	[ "$(readlink "$RESULTS/latest")" = 20260101T000000Z-custom-2 ]
	[ "$(state id)" = 20260101T000000Z-custom-2 ]
}

@test "config.env says what was in force, without secrets, and can be read as .env.test" {
	AUTH_HEADER="Bearer geheim" "$SLO" run-websocket --skip-health "CUSTOM_ARGS=a \"b\" \$c" >/dev/null 2>&1
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
	wait_until 10 nothing
	[ -z "$(ls -A "$BATS_TEST_TMPDIR" | grep -v '^\(env\|tmp\)$')" ]
}

@test "SAVE_TEST_RESULTS=false leaves nothing behind when the health check fails" {
	run -99 "$SLO" run-websocket SAVE_TEST_RESULTS=false BASE_URL=http://127.0.0.1:1
	[ ! -e "$RESULTS" ]
	[ -z "$(ls -A "$TMPDIR")" ]
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
	SUMMARY_FILE=$BATS_TEST_TMPDIR/env.json "$SLO" run-websocket --skip-health SAVE_TEST_RESULTS=false >/dev/null 2>&1
	[ "$(jq -r .verdict ../env.json)" = PASS ]
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
	run -0 "$SLO" run-websocket --skip-health PROMETHEUS_URL=http://127.0.0.1:1
	[[ $output != *remote*write* ]]
}

@test "Prometheus that is there gets the metrics, and its loss in the middle changes nothing" {
	command -v perl >/dev/null || skip "no perl for a small HTTP server"
	perl -MIO::Socket::INET -e '
		my $s = IO::Socket::INET->new(Listen => 50, LocalAddr => "127.0.0.1", ReuseAddr => 1) or die;
		print STDOUT $s->sockport, "\n"; close STDOUT;
		while (my $c = $s->accept) { my $h = ""; while (<$c>) { $h .= $_; last if /^\r\n/ }
			print STDERR $h =~ /^(\S+ \S+)/, "\n"; my ($l) = $h =~ /Content-Length: (\d+)/i; read $c, my $b, $l if $l;
			print $c "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"; close $c }' >port 2>requests 3>&- 4>&- &
	server=$!
	wait_until 10 test -s port
	"$SLO" run-websocket --skip-health PROMETHEUS_URL="http://127.0.0.1:$(cat port)" DURATION=15s >out 2>&1 &
	test=$!
	wait_until 60 grep -q "POST /api/v1/write" requests
	kill "$server"
	wait "$test"
	grep -q "VERDICT: PASS" out
	grep -q "Prometheus remote write (http://127.0.0.1:$(cat port)/api/v1/write)" out
}

@test "~/ in TEST_RESULTS_DIR is the home directory, also from .env.test" {
	unset TEST_RESULTS_DIR
	echo "TEST_RESULTS_DIR=~/kept" >"$ENV_FILE"
	echo 'export default function () {}' >mine.js
	HOME=$BATS_TEST_TMPDIR run -0 "$SLO" run-custom CUSTOM_SCRIPT=~+/mine.js
	[ -f "$BATS_TEST_TMPDIR/kept/latest/run.state" ]
}
