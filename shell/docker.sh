# shellcheck shell=bash
# Docker and Compose: only what is needed to call them.

# Everything that docker-compose.yml can start.
# shellcheck disable=SC2034 # other parts read it
PROFILES=(--profile monitoring --profile load-test --profile health --profile comprehensive --profile demo)

# What containers, network and volumes belong to; as for compose itself, the environment can name another.
FW_PROJECT=${COMPOSE_PROJECT_NAME:-k6-tests}

# find_compose: puts the compose command into COMPOSE, the new spelling or the old one.
find_compose() {
	if docker compose version >/dev/null 2>&1; then
		COMPOSE=(docker compose)
	elif command -v docker-compose >/dev/null; then
		COMPOSE=(docker-compose)
	else
		return 1
	fi
	COMPOSE+=(--project-name "$FW_PROJECT" --project-directory "$FW_ROOT" -f "$FW_ROOT/docker-compose.yml")
}

# need_engine: fails unless there is a Docker Engine that answers.
need_engine() {
	local problem
	command -v docker >/dev/null ||
		fail "Docker is not installed, and this needs it: https://docs.docker.com/engine/install; tests run without it (RUNNER=native)"
	problem=$(docker info 2>&1 >/dev/null) ||
		fail "Docker does not answer ($(tail -n 1 <<<"$problem")): start it with \"sudo systemctl start docker\", or add yourself to the group docker"
}

# need_docker: fails unless compose can be used.
need_docker() {
	need_engine
	find_compose || fail "Docker is there, but Compose is not: install the package docker-compose-plugin (or docker-compose)"
}

# engine_answers: is there a Docker Engine that could run something?
engine_answers() { command -v docker >/dev/null && docker info >/dev/null 2>&1; }

# docker_service TYPE: puts into SERVICE and PROFILE what runs that test.
docker_service() {
	case $1 in
	websocket-streaming) PROFILE=load-test SERVICE=k6-websocket-streaming ;;
	health) PROFILE=health SERVICE=k6-health-check ;;
	comprehensive) PROFILE=comprehensive SERVICE=k6-comprehensive ;;
	*) usage_error "RUNNER=docker knows websocket-streaming, health and comprehensive: leave RUNNER out for $1" ;;
	esac
}

# What means something else in a container, or nothing.
FW_NOT_IN_CONTAINER='^(SSH_.*|TEST_RESULTS_DIR|SAVE_TEST_RESULTS|SUMMARY_FILE|JUNIT_FILE|REPORT_FILE|HTML_FILE|SERIES_FILE|'
FW_NOT_IN_CONTAINER+='ROLLBACK_COMMAND|RUNNER|TEST_TYPE|PROMETHEUS_URL|GRAFANA_.*|K6_WEB_DASHBOARD.*|XK6_DASHBOARD_CONFIG)$'

# docker_command: puts into TEST_COMMAND how the test of docker_service runs in a container, which writes its results
# into the run's folder as this user. Values go through the environment, so that no process list shows them.
docker_command() {
	local name
	local -a always=()
	export TEST_ID
	TEST_ID=$(state_get "$RUN_DIR" id)
	# Here the profile has other defaults than "run-slo-testing.sh config" shows.
	[ "$SERVICE" != k6-comprehensive ] || always=(VUS DURATION TEST_CONCURRENT_SESSIONS)
	# A name, so that signals can be sent to k6 itself: compose would end, and leave the test alone.
	TEST_CONTAINER=$FW_PROJECT-$TEST_ID-${SERVICE#k6-}
	TEST_COMMAND=("${COMPOSE[@]}" --profile "$PROFILE" run --rm -T --name "$TEST_CONTAINER" --user "$(id -u):$(id -g)" -v "$RUN_DIR:/results" -e TEST_ID)
	for name in "${!ORIGIN[@]}"; do
		[[ $name =~ $FW_NOT_IN_CONTAINER ]] || ! is_changed "$name" || TEST_COMMAND+=(-e "$name")
	done
	for name in "${always[@]}"; do
		export "$name=$(fw "$name")"
		is_changed "$name" || TEST_COMMAND+=(-e "$name")
	done
	for name in "${!FW_FILES[@]}"; do TEST_COMMAND+=(-e "$name=/results/${FW_FILES[$name]}"); done
	[ "$SERVICE" = k6-health-check ] || TEST_COMMAND+=(-e K6_WEB_DASHBOARD=true -e K6_WEB_DASHBOARD_HOST=127.0.0.1
		-e K6_WEB_DASHBOARD_PORT=0)
	! is_short || TEST_COMMAND+=(-e K6_WEB_DASHBOARD_PERIOD=1s)
	TEST_COMMAND+=("$SERVICE" "${K6_ARGUMENTS[@]}")
}

# signal_container DIR SIGNAL: to the k6 in the run's container, which may not have begun yet.
signal_container() {
	local container tries=0
	container=$(state_get "$1" container)
	until docker kill --signal "$2" "$container" >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ "$tries" -le 50 ] && run_lives "$1" || return 1
		sleep 0.2
	done
}
