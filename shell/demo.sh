# shellcheck shell=bash
# The demo: the main test against the reference target, which is started here and nowhere else.

# As much as fits into two minutes.
FW_DEMO=(VUS=1000 IDLE=10s RAMP_SCALE=0.1 DURATION=60s)

demo_command() {
	local code=0 word name
	local -a defaults=()
	read_words "$@"
	[ -z "$DETACH$WITH_MONITORING$DRY_RUN" ] || usage_error "the demo knows none of --detach, --monitoring and --dry-run"
	# shellcheck disable=SC2034 # config.sh reads it
	FW_ENV_FILE=/dev/null # the demo must not meet somebody's real target
	for word in "${FW_DEMO[@]}"; do
		name=${word%%=*}
		[ -n "${!name:-}" ] || defaults+=("$word")
	done
	load_config "${defaults[@]}" "${ASSIGNMENTS[@]}"
	demo_addresses
	k6_environment
	need_k6
	check_script_values "$(script_of demo)"
	enough_files demo
	warn_of_others
	prepare_run demo
	demo_traps
	start_target
	launch_run demo "$(script_of demo)"
	follow "$RUN_DIR"
	demo_traps
	code=$(exit_code_of "$RUN_DIR")
	stop_target || code=$((code == 0 ? 1 : code))
	demo_audit || code=$((code == 0 ? 1 : code))
	tell_end
	exit "$code"
}

demo_traps() {
	trap 'demo_cleanup' EXIT
	trap 'exit 130' INT
	trap 'exit 143' TERM
	trap 'exit 129' HUP
}

# Whatever happens, neither the target nor the test stays behind.
demo_cleanup() {
	local code=$?
	set +e # a terminal that is gone cannot be written to
	trap '' INT TERM HUP
	abandon_run "$code"
	if [ -d "$RUN_DIR" ] && run_lives "$RUN_DIR"; then
		note "stopping the test"
		cancel_run "$RUN_DIR"
	fi
	stop_target || true
}

# demo_addresses: the target listens where BASE_URL and WS_URL point, which must be on this machine.
demo_addresses() {
	local api chat name
	for name in BASE_URL WS_URL; do
		[[ $(fw $name) =~ ^(http|ws)://(localhost|127\.0\.0\.1)(:([0-9]+))?/?$ ]] ||
			fail "the demo starts its own target on this machine, and $name=$(shown_value $name) is not one (set by: ${ORIGIN[$name]}): leave it out, or give it the form ${DEFAULT[$name]}"
		if [ $name = BASE_URL ]; then api=${BASH_REMATCH[4]:-80}; else chat=${BASH_REMATCH[4]:-80}; fi
	done
	for name in METRICS_URL CHAT_ORCHESTRATOR_URL CHAT_TOKEN AUTH_HEADER METRICS_AUTH_HEADER SSH_HOST; do
		unset "$name"
		config_set "$name" "" default
	done
	TARGET_ADDRESSES=(--api "127.0.0.1:$api" --chat "127.0.0.1:$chat" --admin "127.0.0.1:0")
	[ "$api" != 4000 ] || TARGET_ADDRESSES[5]="127.0.0.1:4999"
	export BASE_URL=http://127.0.0.1:$api WS_URL=ws://127.0.0.1:$chat
	config_set BASE_URL "$BASE_URL" demo
	config_set WS_URL "$WS_URL" demo
}

# start_target: in its own process group, so that Ctrl-C stops the test first and the target afterwards.
start_target() {
	local port ready=$RUN_DIR/target.ready end=$((SECONDS + 30))
	for port in "${TARGET_ADDRESSES[1]##*:}" "${TARGET_ADDRESSES[3]##*:}" "${TARGET_ADDRESSES[5]##*:}"; do
		[ "$port" = 0 ] || ! port_taken "$port" ||
			fail "port $port is taken, and the demo's target needs it: stop what listens there (ss -ltnp shows it), or choose others with BASE_URL=http://127.0.0.1:4100 WS_URL=ws://127.0.0.1:8180"
	done
	note "starting the reference target, a stand-in for Featherweight: API $BASE_URL, chat $WS_URL"
	set -m
	"$FW_K6" x fwhz target "${TARGET_ADDRESSES[@]}" --ready-file "$ready" \
		--readings-file "$RUN_DIR/readings.json" >"$RUN_DIR/truth.json" 2>"$RUN_DIR/target.log" </dev/null \
		3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- &
	TARGET=$!
	set +m
	until [ -s "$ready" ]; do
		kill -0 "$TARGET" 2>/dev/null ||
			fail "the reference target did not start: $(k6_message <"$RUN_DIR/target.log")"
		[ "$SECONDS" -lt "$end" ] || fail "the reference target was not ready within 30 seconds: $RUN_DIR/target.log may say why"
		sleep 0.1
	done
}

# stop_target: it prints its truth when it ends.
stop_target() {
	local end=$((SECONDS + 20)) pid=${TARGET:-}
	[ -n "$pid" ] || return 0
	TARGET=""
	kill -TERM "$pid" 2>/dev/null || true
	while kill -0 "$pid" 2>/dev/null; do
		if [ "$SECONDS" -ge "$end" ]; then
			kill -KILL "$pid" 2>/dev/null || true
			warn "the reference target did not end within 20 seconds and was killed: there is no truth to compare with"
			return 1
		fi
		sleep 0.1
	done
	wait "$pid" 2>/dev/null || true
	rm -f "$RUN_DIR/target.ready"
}

# demo_audit: what was measured against what the target counted itself.
demo_audit() {
	[ -s "$RUN_DIR/summary.json" ] || return 0
	echo
	"$FW_K6" x fwhz audit "$RUN_DIR/summary.json" "$RUN_DIR/truth.json" "$RUN_DIR/readings.json" 2>"$RUN_DIR/audit.log" && return 0
	note "the demo's audit: $(k6_message <"$RUN_DIR/audit.log")"
	return 1
}
