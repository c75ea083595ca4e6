# shellcheck shell=bash
# A run on another machine. It is detached there and has its folder there; here it has a folder of the same name, and a
# supervisor that copies the log as it grows, connects again whenever the connection is lost, and fetches the results.

# What stays on this machine.
FW_NOT_SENT='^(SSH_.*|TEST_RESULTS_DIR|SAVE_TEST_RESULTS|SUMMARY_FILE|JUNIT_FILE|REPORT_FILE|HTML_FILE|SERIES_FILE|ROLLBACK_COMMAND|RUNNER|XK6_DASHBOARD_CONFIG)$'

# run_elsewhere TYPE
run_elsewhere() {
	local type=$1 script
	[ "$(fw RUNNER)" = native ] || usage_error "RUNNER=docker and SSH_HOST do not go together: leave one of them out"
	[ -z "$WITH_MONITORING" ] || usage_error "--monitoring and SSH_HOST do not go together: the monitoring is started on its machine"
	script=$(script_of "$type")
	[[ $script = "$FW_ROOT/scripts/"* ]] ||
		usage_error "CUSTOM_SCRIPT=$(fw CUSTOM_SCRIPT): with SSH_HOST it must be in scripts/, which is what is sent there"
	need_k6
	check_script_values "$script"
	ssh_by_config
	if [ -n "$DRY_RUN" ]; then
		printf 'on %s, in %s:\n' "${SSH_WORDS[*]: -1}" "$SSH_THERE"
		dry_run "$type" "$script"
		return 0
	fi
	send_suite
	prepare_run "$type"
	state_set "$RUN_DIR" "host=$(fw SSH_HOST)" "ssh_user=$(fw SSH_USER)" "ssh_port=$(fw SSH_PORT)" \
		"ssh_key=$(absolute_or_none "$(fw_path SSH_KEY_PATH)")" "ssh_dir=$(fw SSH_DIR)"
	start_there "$type"
	start_supervised "$RUN_DIR" "$BASH" "$FW_ROOT/run-slo-testing.sh" _fetch "$RUN_DIR"
	if [ -n "$DETACH" ]; then
		tell_detached
	else
		finish_run
	fi
}

# start_there TYPE: starts the run, detached, under the name that it has here. Values go through standard input, so that
# no process list shows them.
start_there() {
	local name code=0 id
	local -a words=(_start "$1" --detach)
	id=$(state_get "$RUN_DIR" id)
	[ -z "$SKIP_HEALTH" ] || words+=(--skip-health)
	[ ${#K6_ARGUMENTS[@]} -eq 0 ] || words+=(-- "${K6_ARGUMENTS[@]}")
	{
		printf 'FW_RUN_ID=%s\n' "$id"
		for name in "${!ORIGIN[@]}"; do
			[[ $name =~ $FW_NOT_SENT ]] || ! is_set "$name" || printf '%s=%s\n' "$name" "${CONFIG[$name]}"
		done
	} | there_reading "${words[@]}" || code=$?
	case $code in
	0) ;;
	255) warn "the connection was lost while the run was being started: looking whether it was" ;;
	*)
		roll_back_after "$RUN_DIR" "$code"
		fail "the run was not started on $(fw SSH_HOST): the lines above say why" "$code"
		;;
	esac
}

# _start TYPE WORD...: on the other machine. Reads NAME=value lines from standard input first.
start_here() {
	local line
	while IFS= read -r line; do
		export "${line?}"
	done
	run_command "$@"
}

# _fetch DIR: what the supervisor here runs. Ends with the exit code of the run there.
fetch_run() {
	local dir=$1 id offset=0 before got code pause=1 lost="" errors=$1/ssh.log
	id=$(state_get "$dir" id)
	ssh_by_state "$dir"
	while :; do
		before=$(wc -c <"$dir/k6.log") code=0
		there _log "$id" "$offset" 2>"$errors" >>"$dir/k6.log" || code=$?
		got=$(($(wc -c <"$dir/k6.log") - before))
		offset=$((offset + got))
		[ "$got" -eq 0 ] || pause=1 lost=""
		case $code in
		0) fetch_results "$dir" "$id" && break ;;
		3)
			echo "there is no run $id on ${SSH_WORDS[*]: -1}: it was not started"
			exit 1
			;;
		esac
		[ -z "$(tail -c 1 "$dir/k6.log")" ] || echo # it was lost within a line
		[ -n "$lost" ] || echo "the connection to ${SSH_WORDS[*]: -1} was lost ($(ssh_problem "$errors")); the run goes on there, trying to connect again"
		lost=yes
		sleep "$pause"
		[ "$pause" -ge 16 ] || pause=$((pause * 2))
	done
	[ -z "$(state_get "$dir" follower)" ] || there _forget "$id" 2>"$errors" || true # nobody wants to keep it
	code=$(sed -n 's/^exit_code=//p' "$dir/remote.state")
	[ -n "$code" ] || echo "the run on ${SSH_WORDS[*]: -1} ended without a result: its process is gone there"
	exit "${code:-1}"
}

# fetch_results DIR ID: everything but the log, which is here already.
fetch_results() {
	local new=$1/.fetched
	rm -rf "$new"
	mkdir "$new"
	there _results "$2" 2>"$1/ssh.log" | tar -C "$new" -xf - 2>/dev/null || return 1
	[ -f "$new/run.state" ] || return 1
	mv "$new/run.state" "$new/remote.state"
	rm -f "$new/k6.log" "$new/config.env"
	mv -f "$new"/* "$1/"
	rmdir "$new"
}

# _log ID OFFSET: on the other machine, the log from that byte on until the run is over.
print_log_here() {
	local dir offset=$2 size over=""
	load_config
	dir=$(results_dir)/$1
	[ -f "$dir/run.state" ] || exit 3
	while :; do
		run_lives "$dir" || over=yes
		size=$(wc -c <"$dir/k6.log")
		if [ "$size" -gt "$offset" ]; then
			tail -c "+$((offset + 1))" "$dir/k6.log" | head -c $((size - offset))
			offset=$size
		fi
		[ -z "$over" ] || return 0
		sleep 0.5
	done
}

# _results ID: on the other machine, the folder as a tar.
print_results_here() {
	load_config
	tar -C "$(results_dir)/$1" -cf - .
}

# _forget ID: on the other machine.
forget_here() {
	local base
	load_config
	base=$(results_dir)
	[ -f "$base/$1/run.state" ] || return 0
	rm -rf "${base:?}/$1"
	[ -e "$base/latest" ] || rm -f "$base/latest"
}

# _signal ID SIGNAL: on the other machine.
signal_here() {
	load_config
	signal_run "$(results_dir)/$1" "$2"
}

# resume_fetching DIR: its supervisor here is gone, but the run may go on there.
resume_fetching() {
	note "the run $(basename "$1") is on $(state_get "$1" host): fetching its log and results again"
	: >"$1/k6.log.new"
	mv -f "$1/k6.log.new" "$1/k6.log" # an ssh that is left over may still write into the old one
	state_set "$1" supervisor= k6= phase=starting
	start_supervised "$1" "$BASH" "$FW_ROOT/run-slo-testing.sh" _fetch "$1"
}

# ask_there WORD...: the same command on SSH_HOST, for a run that was not started from here.
ask_there() {
	ssh_by_config
	there "$@"
	exit
}

absolute_or_none() { [ -z "$1" ] || absolute "$1"; }
