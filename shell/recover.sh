# shellcheck shell=bash
# The two halves of recovery.sh. Each succeeds when nothing is left to do.

# recover_monitoring: start-monitoring leaves a note that stop-monitoring takes away; between them it should be up.
recover_monitoring() {
	if ! monitoring_should_be_up; then
		echo "monitoring: not started from here, nothing to do"
	elif monitoring_up; then
		echo "monitoring: up, $(dashboard_url)"
	elif (start_monitoring); then
		echo "monitoring: it was down and is up again, $(dashboard_url)"
	else
		echo "monitoring: it is down and could not be started"
		return 1
	fi
}

# recover_run RESTART [NAME=value...]
recover_run() {
	local restart=$1
	shift
	if ! run_dir; then
		echo "test: there was none, or its results were removed"
		return 0
	fi
	printf 'test: '
	tell_run "$RUN_DIR"
	if run_lives "$RUN_DIR"; then
		tell_silence "$RUN_DIR"
		echo "it is under way: ./run-slo-testing.sh attach follows it"
	elif [ "$(state_get "$RUN_DIR" phase)" = finished ]; then
		echo "it is over: the results are in $(shown_path "$RUN_DIR")"
	elif [ -n "$(state_get "$RUN_DIR" host)" ]; then
		recover_fetching "$restart"
	elif [ -n "$restart" ]; then
		restart_run "$RUN_DIR" "$@"
	else
		echo "./recovery.sh --restart starts it again; $(shown_path "$RUN_DIR")/k6.log has what it wrote"
		return 1
	fi
}

# tell_silence DIR: k6 writes every second, unless it was told to be quiet.
tell_silence() {
	local age
	age=$(($(date +%s) - $(date -r "$1/k6.log" +%s)))
	[ "$age" -lt 60 ] || echo "it has written nothing for $age seconds: if it is stuck, ./run-slo-testing.sh cancel ends it"
}

# recover_fetching RESTART: for a run on another machine only the copying was lost.
recover_fetching() {
	if [ -n "$1" ]; then
		resume_fetching "$RUN_DIR"
	else
		echo "it runs on $(state_get "$RUN_DIR" host), and only the copying of its results ended: ./run-slo-testing.sh attach takes it up again"
		return 1
	fi
}

# restart_run DIR [NAME=value...]: the same test with the same values, in the background. Hidden values were not kept:
# they come from the environment or .env.test, as they did.
restart_run() {
	local type name dir=$1
	local -a words=(--detach)
	shift
	type=$(state_get "$dir" type)
	[ "$type" != demo ] || fail "the last run was the demo, which is not restarted: make demo runs it again"
	kept_words "$dir/config.env"
	words+=("${KEPT[@]}" "$@")
	if [ -f "$dir/arguments" ]; then
		words+=(--)
		while IFS= read -r name; do words+=("$name"); done <"$dir/arguments"
	fi
	for name in "${HIDDEN[@]}"; do
		is_changed "$name" || warn "$name was set for the lost run and is not set now: it is left out"
	done
	(run_command "$type" "${words[@]}")
}

# kept_words FILE: puts into KEPT what the command line or the environment had set, and into HIDDEN what was not kept.
kept_words() {
	KEPT=() HIDDEN=()
	read_env_file "$1" keep_word
}

keep_word() {
	local origin
	origin=$(sed -n "s/^$1=.* # //p" "$RUN_DIR/config.env")
	if [ "$origin" = default ]; then
		return 0
	elif [ "$2" = "(hidden)" ]; then
		HIDDEN+=("$1")
	elif [ "$origin" = "command line" ] || [ "$origin" = environment ]; then
		KEPT+=("$1=$2")
	fi
}
