# shellcheck shell=bash
# What follows a run that did not pass, and the same by hand. The test's exit code stays what it is.

# roll_back_after DIR EXIT-CODE: for the supervisor.
roll_back_after() {
	local type
	type=$(state_get "$1" type)
	[ "$type" != health ] && [ "$type" != demo ] || return 0
	if [ "$(state_get "$1" monitoring)" = started ]; then
		echo "rollback: stopping the monitoring that this run started"
		(load_config && stop_monitoring) || echo "rollback: the monitoring could not be stopped"
	fi
	[ -n "${ROLLBACK_COMMAND:-}" ] || return 0
	if rollback_hook "$1" "$2"; then
		state_set "$1" rollback=done
	else
		state_set "$1" rollback=failed
	fi
}

# rollback_hook DIR EXIT-CODE: runs ROLLBACK_COMMAND, with what it may want to know in its environment.
rollback_hook() {
	local code=0
	echo "rollback: running ROLLBACK_COMMAND"
	SLO_VERDICT=$(verdict_of "$1") SLO_EXIT_CODE=$2 SLO_RESULTS_DIR=$1 SLO_TEST_TYPE=$(state_get "$1" type) \
		timeout 600 bash -c "$ROLLBACK_COMMAND" || code=$?
	case $code in
	0) echo "rollback: ROLLBACK_COMMAND is done" ;;
	124) echo "rollback: ROLLBACK_COMMAND took more than 10 minutes and was stopped" ;;
	*) echo "rollback: ROLLBACK_COMMAND failed with exit code $code; the test's own exit code stays $2" ;;
	esac
	return "$code"
}

rollback_command() {
	local dir failed=""
	if [ "${1:-}" = --verify ]; then
		shift
		load_config "$@"
		verify_rollback
		return 0
	fi
	load_config "$@"
	while IFS= read -r dir; do
		echo "stopping the run $(basename "$dir")"
		(cancel_run "$dir") || failed=yes
	done < <(live_runs)
	if engine_answers; then
		(need_docker && "${COMPOSE[@]}" "${PROFILES[@]}" down --remove-orphans) || failed=yes
		rm -f "$(results_dir)/monitoring.started"
	else
		echo "no Docker engine answers here: there are no containers to stop"
	fi
	if [ -n "$(fw ROLLBACK_COMMAND)" ] && run_dir; then
		export ROLLBACK_COMMAND
		rollback_hook "$RUN_DIR" "$(exit_code_of "$RUN_DIR")" || failed=yes
	fi
	[ -z "$failed" ] || fail "the rollback is not complete: the lines above say what is left; ./run-slo-testing.sh rollback --verify lists it"
	echo "rolled back; ./run-slo-testing.sh rollback --verify proves it"
}

# verify_rollback: looks, and changes nothing.
verify_rollback() {
	local dir name url port found="" left=""
	while IFS= read -r dir; do
		left+="${left:+, }run $(basename "$dir")"
	done < <(live_runs)
	verified "no test is under way" "$left"
	found=$left left=""
	if engine_answers; then
		left=$(docker ps -a --filter "label=com.docker.compose.project=$FW_PROJECT" --format '{{.Names}}' 2>&1) || left="docker says: $left"
		left=${left//$'\n'/ }
		verified "no container of this project" "$left"
	else
		verified "no container of this project: no Docker engine answers here" ""
	fi
	found+=$left
	for name in GRAFANA_URL PROMETHEUS_URL; do
		url=$(fw $name)
		[[ $url =~ ^https?://(localhost|127\.0\.0\.1):([0-9]+) ]] || continue
		port=${BASH_REMATCH[2]} left=""
		! port_taken "$port" || left="something listens there"
		verified "port $port is free ($name)" "$left"
		found+=$left
	done
	[ -z "$found" ] || fail "not everything is gone: ./run-slo-testing.sh rollback"
}

# verified WHAT PROBLEM
verified() {
	if [ -z "$2" ]; then echo "✓ $1"; else echo "✗ $1: $2"; fi
}
