#!/usr/bin/env bats
# start-monitoring and RUNNER=docker, with a stand-in for docker: what it is told. The real stack has its own test.
bats_require_minimum_version 1.5.0
load helper

setup() {
	shared_setup
	export CALLS=$BATS_TEST_TMPDIR/calls
	engine_elsewhere
	unset PROMETHEUS_URL GRAFANA_URL
}

docker_v2() { stub docker 'echo "docker $*" >>"$CALLS"'; }

docker_v1() {
	stub docker 'echo "docker $*" >>"$CALLS"; [ "$1" != compose ]'
	stub docker-compose 'echo "docker-compose $*" >>"$CALLS"'
}

@test "start-monitoring waits until it is healthy, and prints both addresses" {
	docker_v2
	run -0 --separate-stderr "$SLO" start-monitoring
	[[ $output = "Grafana:    http://localhost:3001/d/testing/"*"Prometheus: http://localhost:9090" ]]
	grep -q "^docker compose .*--profile monitoring up -d --wait" "$CALLS"
}

@test "a checkout with umask 077, which no container can read, is said" {
	docker_v2
	copy_suite
	chmod -R a+rX "$TREE"
	run -0 "$TREE/run-slo-testing.sh" start-monitoring
	[[ $output != *"chmod"* ]]
	chmod 600 "$TREE/prometheus.yml"
	run -0 "$TREE/run-slo-testing.sh" start-monitoring
	[[ $output = *"prometheus.yml can be read by its owner alone, and the containers run as other users: chmod -R a+rX $TREE"* ]]
}

@test "Grafana and Alertmanager are told what .env.test says, and the user of Grafana is printed" {
	stub docker 'echo "$GRAFANA_USER $GRAFANA_PASSWORD $ALERT_WEBHOOK_URL" >>"$CALLS"'
	printf 'GRAFANA_USER=me\nGRAFANA_PASSWORD=geheim\nALERT_WEBHOOK_URL=http://hook.example/x\n' >"$ENV_FILE"
	run -0 --separate-stderr "$SLO" start-monitoring
	[ "$(tail -n 1 "$CALLS")" = "me geheim http://hook.example/x" ]
	[[ $output = *"(user me)"* && $output != *geheim* ]]
	for name in GRAFANA_USER GRAFANA_PASSWORD ALERT_WEBHOOK_URL; do grep -q "\${$name[:}]" "$ROOT/docker-compose.yml"; done
}

@test "the old docker-compose works too: it has no --wait, so the addresses are asked" {
	docker_v1
	http_server 2
	run -0 "$SLO" start-monitoring GRAFANA_URL="$HTTP_URL" PROMETHEUS_URL="$HTTP_URL"
	[ "$(wc -l <requests)" -ge 4 ] # it asked until both answered
	grep -q "^docker-compose .*--profile monitoring up -d$" "$CALLS"
	run -0 "$SLO" stop-monitoring
	grep -q "^docker-compose .*--profile monitoring down$" "$CALLS"
}

@test "without Docker it is one line that says how to get it" {
	without docker docker-compose podman
	run -1 "$SLO" start-monitoring
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = *"Docker is not installed"*https://docs.docker.com/engine/install* ]]
}

@test "where there is only Podman, that is called" {
	without docker docker-compose podman podman-compose
	stub podman 'echo "podman $*" >>"$CALLS"'
	http_server
	run -0 "$SLO" start-monitoring GRAFANA_URL="$HTTP_URL" PROMETHEUS_URL="$HTTP_URL"
	grep -q "^podman compose --project-name k6-tests -f .*--profile monitoring up -d$" "$CALLS"
}

@test "without Compose it is one line that says how to get it" {
	without docker-compose
	stub docker '[ "$1" != compose ]'
	run -1 "$SLO" start-monitoring
	[[ $output = *"Compose is not: install the package docker-compose-plugin"* ]]
}

@test "an engine that does not answer is one line with what docker said" {
	stub docker '[ "$1" != info ] || { echo "permission denied while trying to connect to the Docker daemon socket" >&2; exit 1; }'
	run -1 "$SLO" stop-monitoring
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = *"permission denied while trying"*"group docker"* ]]
}

@test "compose's failure is the exit code" {
	stub docker 'case $* in *up*) echo "port is already allocated" >&2; exit 18 ;; esac'
	run -1 "$SLO" start-monitoring
	[[ $output = *"port is already allocated"*"the monitoring could not be started"* ]]
}

@test "RUNNER=docker runs the service with --rm, with names but no values on the command line, and takes its exit code" {
	stub docker 'echo "docker $*" >>"$CALLS"; case $* in *" run "*) echo "AUTH is $AUTH_HEADER"; exit 99 ;; esac'
	run -99 "$SLO" run-websocket --skip-health RUNNER=docker AUTH_HEADER=geheim VUS=5
	grep -q -- "--profile load-test run --rm -T --name k6-tests-[^ ]* --user $(id -u):$(id -g) -v $RESULTS/.*:/results:z .*-e VUS .*k6-websocket-streaming$" "$CALLS"
	run ! grep -q geheim "$CALLS"
	logged "AUTH is geheim"
	[ "$(grep -c " run " "$CALLS")" -eq 1 ]
	run -2 "$SLO" run-load RUNNER=docker
}

@test "RUNNER=docker checks health in a container too, whose report is that of the run when it failed" {
	stub docker 'echo "docker $*" >>"$CALLS"
		case $* in *k6-health-check)
			echo "✗ API, summary <$SUMMARY_FILE> junit <$JUNIT_FILE>"
			echo "<what is down>" >"$(sed "s|.* -v \\(.*\\):/results:z .*|\\1|" <<<"$*")/${JUNIT_FILE#/results/}"
			exit 99 ;;
		esac'
	run -99 "$SLO" run-websocket RUNNER=docker JUNIT_FILE=mine.xml
	[[ $output = *"✗ API, summary <> junit </results/health-junit.xml>"*"no load was started"* ]]
	run ! grep -q k6-websocket-streaming "$CALLS"
	[ "$(cat mine.xml)" = "<what is down>" ]
}

@test "K6_WEB_DASHBOARD=false is handed on to the container" {
	stub docker 'case $* in *" run "*"-e K6_WEB_DASHBOARD "*) echo "page <$K6_WEB_DASHBOARD>"; exit 99 ;; esac' # it leaves no result, and that would be 1
	K6_WEB_DASHBOARD=false run -99 "$SLO" run-websocket --skip-health RUNNER=docker
	[[ $output = *"page <false>"* ]]
}

@test "build-docker.sh builds with the version, hands on its arguments, and says how large the image is" {
	stub docker 'echo "docker $*" >>"$CALLS"; case $1 in image) echo 84123456 ;; esac'
	run -0 --separate-stderr "$ROOT/build-docker.sh" --no-cache --build-arg GOPROXY=off
	[ "$output" = "fw-k6:latest is built, 84 MB; docker run --rm --network host fw-k6:latest runs the main test" ]
	grep -q "^docker build --tag fw-k6:latest --build-arg VERSION=[^ ]* --build-arg REVISION=[^ ]* --no-cache --build-arg GOPROXY=off $ROOT$" "$CALLS"
	stub docker '[ "$1" != build ] || { echo "no space left on device" >&2; exit 1; }'
	run -1 "$ROOT/build-docker.sh"
	[[ $output = *"no space left on device"*"the image could not be built"* ]]
}

@test "build-docker.sh needs no Go where there is no bin/k6 yet: Docker alone builds it" {
	copy_suite
	rm "$TREE/bin"
	without docker go
	stub docker 'echo "docker $*" >>"$CALLS"'
	run -0 "$TREE/build-docker.sh" --pull
	[ "$(cat "$CALLS")" = "docker build --tag fw-k6:latest --pull $TREE" ]
}
