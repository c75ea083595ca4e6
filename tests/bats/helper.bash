# What the tests share. Every test has its own results folder and no .env.test; the load is tiny, and the limits are so
# wide that a busy machine does not decide a test about the shell.

ROOT=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
SLO=$ROOT/run-slo-testing.sh
K6=$ROOT/bin/k6

setup() { shared_setup; }

shared_setup() {
	cd "$BATS_TEST_TMPDIR" || return
	unset ENV_FILE SSH_HOST SSH_USER SSH_PORT SSH_KEY_PATH SSH_DIR SUMMARY_FILE JUNIT_FILE REPORT_FILE HTML_FILE SERIES_FILE ROLLBACK_COMMAND RUNNER TEST_TYPE
	unset MAKEFLAGS MAKELEVEL MFLAGS # a make around the tests is none of theirs
	unset CUSTOM_SCRIPT CUSTOM_ARGS SAVE_TEST_RESULTS K6_LOG_LEVEL DEBUG_MODE VERBOSE_LOGGING CI FW_RUN_ID
	export TEST_RESULTS_DIR=$BATS_TEST_TMPDIR/results NO_COLOR=1 TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir "$TMPDIR"
	: >"$BATS_TEST_TMPDIR/env"
	export ENV_FILE=$BATS_TEST_TMPDIR/env
	export PROMETHEUS_URL=http://127.0.0.1:1 GRAFANA_URL=http://127.0.0.1:1 # not one that happens to run on this machine
	export VUS=2 DURATION=2s RAMP=0 IDLE=0s THINK_MIN=50ms THINK_MAX=100ms GENERATOR_LAG_P99=60000 HZ_AVERAGE_THRESHOLD=1 LOOP_LONGEST_GAP=600000
	export HZ_AVERAGE_MAXIMUM=0 FW_ENV_READ=true HZ_COVERAGE=0.01 RESULTS=$TEST_RESULTS_DIR K6_WEB_DASHBOARD_PORT=0 # tests run next to each other
}

teardown() {
	tell
	stop_runs
}

# tell: what a test that failed had been told, so that a failure that is rare can be understood from its log alone.
tell() {
	local file
	[ -z "${BATS_TEST_COMPLETED:-}" ] || return 0
	for file in out err "$RESULTS"/latest/k6.log "$RESULTS"/latest/health.log; do
		[ ! -s "$file" ] || printf -- '--- %s\n%s\n' "$file" "$(tail -n 60 "$file")"
	done
}

# stop_server: the one of http_server, if there is one.
stop_server() { [ -z "${HTTP_PID:-}" ] || kill "$HTTP_PID" 2>/dev/null || true; }

# stop_runs: no test leaves a run behind, however it ended. Only processes that a state file of this test names.
stop_runs() {
	local state pid start
	stop_server
	for state in "$RESULTS"/*/run.state; do
		[ -f "$state" ] || continue
		while read -r pid start; do
			[ "$(cut -d ' ' -f 22 "/proc/$pid/stat" 2>/dev/null)" = "$start" ] && kill -KILL "$pid" 2>/dev/null
		done < <(sed -n 's/^\(supervisor\|k6\)=//p' "$state")
	done
	return 0
}

# start_target [FLAG...]: the reference target on free ports, quick to answer; BASE_URL, WS_URL and ADMIN point at it. Its
# loop is so fast that it calls itself healthy (from 95 Hz on) on a busy machine, too.
start_target() {
	local ready=$BATS_FILE_TMPDIR/target.ready
	"$K6" x fwhz target --api 127.0.0.1:0 --chat 127.0.0.1:0 --admin 127.0.0.1:0 --ready-file "$ready" \
		--hz 200 --ttft 20ms --token-interval 5ms "$@" \
		>"$BATS_FILE_TMPDIR/truth.json" 2>"$BATS_FILE_TMPDIR/target.log" </dev/null 3>&- 4>&- &
	echo $! >"$BATS_FILE_TMPDIR/target.pid"
	wait_until test -s "$ready"
	BASE_URL=$(ready_url api) WS_URL=$(ready_url chat) ADMIN=$(ready_url admin)
	WS_URL=${WS_URL%/api/chat}
	export BASE_URL WS_URL ADMIN
}

ready_url() { sed 's/.*"'"$1"'":"\([^"]*\)".*/\1/' "$BATS_FILE_TMPDIR/target.ready"; }

# one_target_for_the_file: at the top of a file whose tests share a target.
one_target_for_the_file() {
	setup_file() { start_target; }
	teardown_file() { stop_target; }
}

stop_target() {
	local pid
	[ -f "$BATS_FILE_TMPDIR/target.pid" ] || return 0
	pid=$(cat "$BATS_FILE_TMPDIR/target.pid")
	kill -TERM "$pid" 2>/dev/null || true
	wait_until gone "$pid" || kill -KILL "$pid" 2>/dev/null || true
	rm -f "$BATS_FILE_TMPDIR/target.pid" "$BATS_FILE_TMPDIR/target.ready"
}

# fault METHOD [JSON]: sets the target's faults.
fault() {
	local body=${2:-} host=${ADMIN#*://} status
	host=${host%/}
	exec 8<>"/dev/tcp/${host%:*}/${host##*:}"
	printf '%s /faults HTTP/1.0\r\nHost: target\r\nContent-Length: %d\r\n\r\n%s' "$1" "${#body}" "$body" >&8
	read -r status <&8
	exec 8>&-
	[[ $status = *" 200 "* ]]
}

# wait_until COMMAND...: until it succeeds; fails when it never does. Its patience is for a machine that has other work
# to do, and costs nothing elsewhere.
wait_until() {
	local end=$((SECONDS + 180))
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || {
			echo "waited in vain for: $*"
			return 1
		}
		sleep 0.1
	done
}

# gone PID: there is no such process, or only its remains.
gone() {
	local stat # asked once: it may go between two questions
	! stat=$(cat "/proc/$1/stat" 2>/dev/null) || [[ $stat = *") "[ZX]" "* ]]
}

# state NAME: of the latest run.
state() { sed -n "s/^$1=//p" "$RESULTS/latest/run.state" 2>/dev/null; }

phase_is() { [ "$(state phase)" = "$1" ]; }

# logged TEXT: the latest run's log has it.
logged() { grep -qF -- "$1" "$RESULTS/latest/k6.log" 2>/dev/null; }

# goes_on: the latest run is followed until it has shown that it still makes progress.
goes_on() {
	local before
	before=$(progress)
	further() { [ "$(progress)" -gt $((before + 1)) ]; } # the first may have been on its way
	wait_until further
}

progress() { grep -c '^running (' "$RESULTS/latest/k6.log" || true; }

# under_load: the latest run has users.
under_load() { grep -q '^running (.*), 0*[2-9]/' "$RESULTS/latest/k6.log" 2>/dev/null; }

# free_port: one that nobody listens at, and that the kernel gives to nobody by itself. Tests that run at the same time
# begin to look at different ones.
free_port() {
	local port=$((20000 + 2 * BASHPID % 10000))
	while open_port "$port"; do port=$((20000 + (port + 1) % 10000)); done
	echo "$port"
}

open_port() { (exec 9<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# copy_suite: a copy of the suite that a test may break, in TREE.
copy_suite() {
	TREE=$BATS_TEST_TMPDIR/tree
	mkdir "$TREE"
	(cd "$ROOT" && tar -cf - --exclude=node_modules --exclude=bin --exclude=./dist --exclude=test-results --exclude=summary.json --exclude=.git \
		--exclude=xk6-featherweight --exclude=tests .) | tar -C "$TREE" -xf -
	ln -s "$ROOT/bin" "$TREE/bin"
	rm -f "$TREE/.env.test"
}

# stub NAME TEXT: a program of that name, first on PATH.
stub() {
	mkdir -p "$BATS_TEST_TMPDIR/stubs"
	printf '#!/usr/bin/env bash\n%s\n' "$2" >"$BATS_TEST_TMPDIR/stubs/$1"
	chmod +x "$BATS_TEST_TMPDIR/stubs/$1"
	PATH=$BATS_TEST_TMPDIR/stubs:$PATH
}

# engine_elsewhere: a stand-in for docker whose ports are not those of this machine, on which a real monitoring may run.
engine_elsewhere() { export DOCKER_HOST=tcp://stand-in.invalid:2376; }

# without NAME...: puts a PATH in force on which these programs are not.
without() {
	local dir=$BATS_TEST_TMPDIR/path from name
	if [ ! -d "$dir" ]; then
		mkdir "$dir"
		while IFS= read -r -d : from; do
			find -L "$from" -maxdepth 1 -type f -perm -u+x -exec ln -s -t "$dir" {} + 2>/dev/null || true # the first one counts
		done <<<"$PATH:"
	fi
	for name in "$@"; do rm -f "$dir/$name"; done
	PATH=$dir
}

# in_terminal FIFO COMMAND...: runs it on a terminal of its own, which reads what is typed from FIFO. Background
# processes ignore Ctrl-C unless that is undone; the exec keeps script's own shell from answering it with a code of its own.
in_terminal() {
	local fifo=$1
	shift
	mkfifo "$fifo"
	env --default-signal=INT,QUIT,HUP SHELL=/bin/bash script -qefc "exec $(printf '%q ' "$@")" "$BATS_TEST_TMPDIR/screen" <>"$fifo" >/dev/null 2>&1 3>&- 4>&- &
	TERMINAL=$!
}

# http_server [REFUSALS [METHOD]]: a server that answers 200, after that many 503, and writes what it is asked into the
# file requests; it goes away with the first request of that method, unanswered. Its address is HTTP_URL, its process
# HTTP_PID.
http_server() {
	command -v perl >/dev/null || skip "no perl for a small HTTP server"
	perl -MIO::Socket::INET -e '
		my $s = IO::Socket::INET->new(Listen => 50, LocalAddr => "127.0.0.1", ReuseAddr => 1) or die;
		my ($refusals, $last) = @ARGV; print STDOUT $s->sockport, "\n"; close STDOUT;
		while (my $c = $s->accept) {
			my $h = ""; while (<$c>) { $h .= $_; last if /^\r\n/ }
			print STDERR $h =~ /^(\S+ \S+)/, "\n";
			exit if $last && $h =~ /^$last /;
			my ($l) = $h =~ /Content-Length: (\d+)/i; read $c, my $b, $l if $l;
			my $status = $refusals-- > 0 ? "503 No" : "200 OK";
			print $c "HTTP/1.1 $status\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"; close $c }' "${1:-0}" "${2:-}" \
		>"$BATS_TEST_TMPDIR/http.port" 2>"$BATS_TEST_TMPDIR/requests" </dev/null 3>&- 4>&- &
	HTTP_PID=$!
	wait_until test -s "$BATS_TEST_TMPDIR/http.port"
	HTTP_URL=http://127.0.0.1:$(cat "$BATS_TEST_TMPDIR/http.port")
}
