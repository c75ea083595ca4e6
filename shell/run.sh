# shellcheck shell=bash
# run-websocket and its like.

# read_words WORD...: the words behind a run command. Fills ASSIGNMENTS (NAME=value), K6_ARGUMENTS
# (behind --), DETACH, SKIP_HEALTH, WITH_MONITORING and DRY_RUN.
read_words() {
	ASSIGNMENTS=() K6_ARGUMENTS=()
	DETACH="" SKIP_HEALTH="" WITH_MONITORING="" DRY_RUN=""
	while [ $# -gt 0 ]; do
		case $1 in
		--)
			shift
			K6_ARGUMENTS=("$@")
			return 0
			;;
		--detach) DETACH=yes ;;
		--skip-health) SKIP_HEALTH=yes ;;
		--monitoring) WITH_MONITORING=yes ;;
		--dry-run) DRY_RUN=yes ;;
		[A-Za-z_]*=*) ASSIGNMENTS+=("$1") ;;
		*) usage_error "\"$1\" is not understood: allowed are NAME=value, --detach, --skip-health, --monitoring, --dry-run, and -- before arguments for k6" ;;
		esac
		shift
	done
}

# run_command TYPE WORD...: type "" is that of TEST_TYPE.
run_command() {
	local type=$1
	shift
	read_words "$@"
	load_config "${ASSIGNMENTS[@]}"
	type=${type:-$(fw TEST_TYPE)}
	[ -z "$DETACH" ] || is_true "$(fw SAVE_TEST_RESULTS)" ||
		usage_error "--detach with SAVE_TEST_RESULTS=false: a detached run needs its folder, leave one of the two out"
	if [ -n "$(fw SSH_HOST)" ]; then
		run_elsewhere "$type"
		return 0
	fi
	run_here "$type"
}

# run_here TYPE: everything on this machine. Ends with the exit code of k6.
run_here() {
	local type=$1 script
	script=$(script_of "$type")
	[ -f "$script" ] || fail "$(shown_path "$script") is not there: git checkout scripts"
	k6_environment
	if [ "$(fw RUNNER)" = docker ]; then
		docker_service "$type"
		need_docker
	else
		need_k6
		check_script_values "$script"
		enough_files "$type"
	fi
	if [ -n "$DRY_RUN" ]; then
		dry_run "$type" "$script"
		return 0
	fi
	warn_of_others
	prepare_run "$type"
	if [ "$type" = websocket-streaming ] && [ -z "$SKIP_HEALTH" ]; then check_health; fi
	[ -z "$WITH_MONITORING" ] || monitoring_for_run "$RUN_DIR"
	launch_run "$type" "$script"
	if [ -n "$DETACH" ]; then
		tell_detached
	else
		finish_run
	fi
}

# dry_run TYPE SCRIPT: what would run, and with which values that are not the default.
dry_run() {
	local name
	RUN_DIR=$(results_dir)/...-$1
	test_command "$1" "$2"
	while IFS= read -r name; do
		! is_changed "$name" || printf '%s=%q\n' "$name" "$(shown_value "$name")"
	done < <(all_names)
	printf '%q ' "${TEST_COMMAND[@]}"
	echo
}

tell_detached() {
	[ -z "${FW_RUN_ID:-}" ] || return 0 # another machine started it, and says so itself
	note "detached: $(state_get "$RUN_DIR" id); see it with ./run-slo-testing.sh status, logs -f, attach, cancel"
}

# prepare_run TYPE: makes the folder of the run. Whatever ends this script before the run has its supervisor ends the run.
prepare_run() {
	HANDED_OVER=""
	trap 'abandon_run $?' EXIT
	wanted_copies
	new_run "$1"
	[ ${#K6_ARGUMENTS[@]} -eq 0 ] || printf '%s\n' "${K6_ARGUMENTS[@]}" >"$RUN_DIR/arguments"
	is_true "$(fw SAVE_TEST_RESULTS)" || state_set "$RUN_DIR" "follower=$(identity $$)"
}

# abandon_run EXIT-CODE: ends a run that has no supervisor. It is asked of the state file too: bash comes here from any
# point at which a signal ends it, and a run that goes on must not be called finished. What is abandoned is no success.
abandon_run() {
	[ -n "${RUN_DIR:-}" ] && [ -d "$RUN_DIR" ] || return 0
	state_read "$RUN_DIR"
	if [ -z "$HANDED_OVER" ] && [ -z "${STATE[supervisor]:-}" ]; then
		[ "${STATE[phase]:-}" = finished ] ||
			state_set "$RUN_DIR" phase=finished "exit_code=$(($1 == 0 ? 1 : $1))" "ended=$(now)"
		is_true "$(fw SAVE_TEST_RESULTS)" || rm -rf "$RUN_DIR"
	fi
}

# launch_run TYPE SCRIPT: starts the supervised run in its folder.
launch_run() {
	result_files "$RUN_DIR" "$1"
	test_command "$1" "$2"
	[ -z "${TEST_CONTAINER:-}" ] || state_set "$RUN_DIR" "container=$TEST_CONTAINER"
	debug "$(printf '%q ' "${TEST_COMMAND[@]}")"
	start_supervised "$RUN_DIR" "${TEST_COMMAND[@]}"
}

# test_command TYPE SCRIPT: puts into TEST_COMMAND what the supervisor shall run.
test_command() {
	local type=$1 script=$2
	local -a custom=()
	if [ "$(fw RUNNER)" = docker ]; then
		docker_command
		return 0
	fi
	log_arguments
	[ "$type" != custom ] || read -r -a custom <<<"$(fw CUSTOM_ARGS)"
	TEST_COMMAND=("$FW_K6" run "${LOG_ARGUMENTS[@]}")
	[ "$type" != health ] || TEST_COMMAND+=(--quiet)
	prometheus_arguments
	TEST_COMMAND+=("${PROMETHEUS_ARGUMENTS[@]}" "${custom[@]}" "${K6_ARGUMENTS[@]}" "$script")
}

# finish_run: follows the run in RUN_DIR to its end, and leaves with its exit code.
finish_run() {
	follow "$RUN_DIR"
	tell_end
	exit "$(exit_code_of "$RUN_DIR")"
}

# tell_end: what did not reach the monitoring, where the results are, and what the exit code means.
tell_end() {
	push_gaps "$RUN_DIR"
	if is_true "$(fw SAVE_TEST_RESULTS)"; then note "results: $(shown_path "$RUN_DIR")"; fi
	explain_exit "$(exit_code_of "$RUN_DIR")"
}

# explain_exit CODE: what k6 means by it, when it is neither success nor a verdict.
explain_exit() {
	case $1 in
	0 | 99) ;;
	105) note "the test was stopped before its end (exit code 105)" ;;
	137) note "k6 was killed (signal 9): often the machine ran out of memory; dmesg would say so, and fewer VUS need less" ;;
	*) note "k6 ended with exit code $1: the lines above say why" ;;
	esac
}

# check_health: no load on a target that is not healthy. Ends with the exit code of the health check.
check_health() {
	local code=0
	note "health check first (--skip-health leaves it out)"
	if [ "$(fw RUNNER)" = docker ]; then
		docker_service health
		docker_command
		docker_service websocket-streaming
	else
		TEST_COMMAND=("$FW_K6" run --quiet "$(script_of health)")
	fi
	SUMMARY_FILE="" JUNIT_FILE="" REPORT_FILE="" K6_WEB_DASHBOARD=false "${TEST_COMMAND[@]}" 2>&1 </dev/null | tee "$RUN_DIR/health.log" || code=${PIPESTATUS[0]}
	[ "$code" -ne 0 ] || return 0
	roll_back_after "$RUN_DIR" "$code"
	fail "the health check failed, so no load was started: the lines above say what is down; --skip-health starts it anyway" "$code"
}

# warn_of_others: two load tests on one machine disturb each other.
warn_of_others() {
	local dir
	while IFS= read -r dir; do
		warn "the run $(basename "$dir") is still under way, and both disturb each other: ./run-slo-testing.sh cancel ends it"
	done < <(live_runs)
}

absolute() {
	case $1 in
	/*) printf '%s' "$1" ;;
	*) printf '%s/%s' "$PWD" "$1" ;;
	esac
}
