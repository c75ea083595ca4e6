# shellcheck shell=bash
# Looking at runs and stopping them, from whatever shell: status, logs, attach, cancel. RUN names one by its folder;
# without it, it is the newest that is under way, else the latest.

status_command() {
	local dir any=""
	load_config
	! is_only_there "${1:-}" || ask_there status "$@"
	if [ -n "${1:-}" ]; then
		run_dir "$1"
		tell_run "$RUN_DIR"
		return 0
	fi
	while IFS= read -r dir; do
		tell_run "$dir"
		any=yes
	done < <(live_runs)
	[ -n "$any" ] || echo "no test is under way"
	if [ -z "$any" ] && run_dir; then
		printf 'latest: '
		tell_run "$RUN_DIR"
	fi
}

# tell_run DIR: one line about a run, and its latest progress while it is under way.
tell_run() {
	local dir=$1 id phase code
	id=$(state_get "$dir" id) phase=$(state_get "$dir" phase) code=$(state_get "$dir" exit_code)
	if [ "$phase" = finished ]; then
		echo "$id: finished at $(state_get "$dir" ended), $(verdict_of "$dir"), exit code $code"
	elif run_lives "$dir"; then
		echo "$id: $phase since $(state_get "$dir" started)$(on_host "$dir")"
		grep -a '^running (' "$dir/k6.log" | tail -n 1 || true
	else
		echo "$id: ended without a result: its process is gone (killed, or the machine restarted)"
	fi
}

on_host() {
	local host
	host=$(state_get "$1" host)
	printf '%s' "${host:+ on $host}"
}

# verdict_of DIR: PASS, FAIL, INVALID, or "no verdict".
verdict_of() {
	local verdict=""
	[ ! -f "$1/summary.json" ] || verdict=$(sed -n 's/^  "verdict": "\([A-Z]*\)".*/\1/p' "$1/summary.json" | head -n 1)
	printf '%s' "${verdict:-no verdict}"
}

logs_command() {
	local follow=""
	if [ "${1:-}" = -f ] || [ "${1:-}" = --follow ]; then
		follow=yes
		shift
	fi
	load_config
	! is_only_there "${1:-}" || ask_there logs ${follow:+-f} "$@"
	run_dir "${1:-}" || fail "there is no run yet: ./run-slo-testing.sh run-websocket starts one"
	if [ -n "$follow" ]; then
		follow "$RUN_DIR" only-watching
	else
		cat "$RUN_DIR/k6.log"
	fi
}

attach_command() {
	load_config
	! is_only_there "${1:-}" || ask_there attach "$@"
	run_dir "${1:-}" || fail "there is no run yet: ./run-slo-testing.sh run-websocket starts one"
	if [ -n "$(state_get "$RUN_DIR" host)" ] && [ "$(state_get "$RUN_DIR" phase)" != finished ] && ! run_lives "$RUN_DIR"; then
		resume_fetching "$RUN_DIR"
	fi
	note "attached to $(basename "$RUN_DIR"); Ctrl-C leaves it running, ./run-slo-testing.sh cancel stops it"
	follow "$RUN_DIR" only-watching
	tell_end
	exit "$(exit_code_of "$RUN_DIR")"
}

cancel_command() {
	load_config
	! is_only_there "${1:-}" || ask_there cancel "$@"
	run_dir "${1:-}" || fail "there is no run to cancel"
	run_lives "$RUN_DIR" || fail "the run $(basename "$RUN_DIR") is already over: exit code $(exit_code_of "$RUN_DIR")"
	cancel_run "$RUN_DIR"
	tell_run "$RUN_DIR"
}

# cancel_run DIR: k6 ends gracefully, with its summary; if it does not, at once.
cancel_run() {
	local signal
	for signal in INT INT KILL; do
		signal_run "$1" "$signal" || true
		wait_for_end "$1" 45 && return 0
		warn "the run $(basename "$1") does not end: trying harder"
	done
	fail "the run $(basename "$1") could not be ended: its k6 is process $(state_get "$1" k6)"
}

# wait_for_end DIR SECONDS
wait_for_end() {
	local end=$((SECONDS + $2))
	while run_lives "$1"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.2
	done
}

# signal_run DIR SIGNAL: to its k6, as soon as there is one that hears it.
signal_run() {
	local k6 tries=0
	if [ -n "$(state_get "$1" host)" ]; then
		ssh_by_state "$1"
		there _signal "$(state_get "$1" id)" "$2" 2>"$1/ssh.log" ||
			warn "${SSH_WORDS[*]: -1} could not be told to stop the run ($(ssh_problem "$1/ssh.log")): it goes on there"
		return 0
	fi
	until k6=$(state_get "$1" k6) && [ -n "$k6" ] && hears "${k6%% *}" "$2"; do
		tries=$((tries + 1))
		run_lives "$1" || return 1
		[ "$tries" -le 100 ] || break
		sleep 0.1
	done
	[ -n "$k6" ] || return 1
	if [ -n "$(state_get "$1" container)" ]; then
		signal_container "$1" "$2"
	else
		lives "$k6" && kill -s "$2" "${k6%% *}"
	fi
}

# hears PID SIGNAL: does that process handle it? A k6 that has just been started does not yet, and SIGINT would be lost
# on it. Where there is no /proc, nobody knows.
hears() {
	local name value
	[ "$2" != KILL ] && [ -r "/proc/$1/status" ] || return 0
	while read -r name value; do
		[ "$name" != SigCgt: ] || return $((!(0x$value >> ($(kill -l "$2") - 1) & 1)))
	done <"/proc/$1/status"
}

# is_only_there [RUN]: SSH_HOST is set, and this machine knows nothing of that run, or of any run there.
is_only_there() {
	[ -n "$(fw SSH_HOST)" ] || return 1
	[ -z "${1:-}" ] || { [ ! -f "$1/run.state" ] && [ ! -f "$(results_dir)/$1/run.state" ]; } || return 1
	[ -n "${1:-}" ] || ! run_dir || [ "$(state_get "$RUN_DIR" host)" != "$(fw SSH_HOST)" ]
}
