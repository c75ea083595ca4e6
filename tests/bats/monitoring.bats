#!/usr/bin/env bats
# start-monitoring and RUNNER=docker, with a stand-in for docker: what it is told. The real stack has its own test.
bats_require_minimum_version 1.5.0
load helper

setup() {
	shared_setup
	export CALLS=$BATS_TEST_TMPDIR/calls
	free_monitoring_ports
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
	without docker docker-compose
	run -1 "$SLO" start-monitoring
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = *"Docker is not installed"*https://docs.docker.com/engine/install* ]]
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
	grep -q -- "--profile load-test run --rm -T --name k6-tests-[^ ]* --user $(id -u):$(id -g) -v $RESULTS/.*:/results .*-e VUS .*k6-websocket-streaming$" "$CALLS"
	run ! grep -q geheim "$CALLS"
	logged "AUTH is geheim"
	[ "$(wc -l <"$CALLS")" -eq 3 ] # version, info, run
	run -2 "$SLO" run-load RUNNER=docker
}

@test "RUNNER=docker needs no bin/k6, and checks health in a container too" {
	copy_suite
	rm "$TREE/bin"
	stub docker 'echo "docker $*" >>"$CALLS"; case $* in *k6-health-check) echo "✗ API"; exit 99 ;; esac'
	run -99 "$TREE/run-slo-testing.sh" run-websocket RUNNER=docker
	[[ $output = *"✗ API"*"no load was started"* ]]
	run ! grep -q k6-websocket-streaming "$CALLS"
	[ ! -e "$TREE/bin" ]
}
