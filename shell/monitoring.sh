# shellcheck shell=bash
# Prometheus and Grafana, in containers.

start_monitoring_command() {
	load_config "$@"
	start_monitoring
	mkdir -p "$(results_dir)"
	now >"$(results_dir)/monitoring.started"
	echo "Grafana:    $(dashboard_url) (user $(fw GRAFANA_USER))"
	echo "Prometheus: $(fw PROMETHEUS_URL)"
}

stop_monitoring_command() {
	load_config "$@"
	stop_monitoring
	rm -f "$(results_dir)/monitoring.started"
}

monitoring_should_be_up() { [ -f "$(results_dir)/monitoring.started" ]; }

dashboard_url_command() {
	load_config "$@"
	dashboard_url
	echo
}

prometheus_url_command() {
	load_config "$@"
	printf '%s\n' "$(fw PROMETHEUS_URL)"
}

dashboard_url() { printf '%s/d/testing/flappyjournal-slo-testing-dashboard' "$(fw GRAFANA_URL)"; }

# The ports that docker-compose.yml publishes.
declare -gA FW_PORTS=([3001]=Grafana [9090]=Prometheus [9093]=Alertmanager)

# start_monitoring: returns when everything is healthy. What could not be started whole is taken down again.
start_monitoring() {
	local port running end
	local -a wait=()
	need_docker
	running=$("${COMPOSE[@]}" --profile monitoring ps -q 2>/dev/null) || running=""
	if [ -z "$running" ]; then
		for port in "${!FW_PORTS[@]}"; do
			! port_taken "$port" || fail "port $port is taken, and ${FW_PORTS[$port]} needs it: stop what listens there (ss -ltnp shows it)"
		done
	fi
	[ "${COMPOSE[0]}" != docker ] || wait=(--wait)
	"${COMPOSE[@]}" --profile monitoring up -d "${wait[@]}" >&2 ||
		not_started "$running" "the monitoring could not be started: the lines above say why"
	[ ${#wait[@]} -eq 0 ] || return 0
	end=$((SECONDS + 120))
	until monitoring_up; do
		[ "$SECONDS" -lt "$end" ] ||
			not_started "$running" "the monitoring was started but does not answer at $(fw PROMETHEUS_URL) and $(fw GRAFANA_URL) after two minutes: the lines above may say why"
		sleep 1
	done
}

# not_started RUNNING-BEFORE MESSAGE: shows what the containers said, and leaves nothing half started.
not_started() {
	"${COMPOSE[@]}" --profile monitoring logs --tail 20 >&2 || true
	[ -n "$1" ] || "${COMPOSE[@]}" --profile monitoring down >&2 || true
	fail "$2"
}

stop_monitoring() {
	need_docker
	"${COMPOSE[@]}" --profile monitoring down >&2 ||
		fail "the monitoring could not be stopped: the lines above say why"
}

monitoring_up() { http_ok "$(fw PROMETHEUS_URL)/-/ready" && http_ok "$(fw GRAFANA_URL)/api/health"; }

# monitoring_for_run DIR: --monitoring. What is already up was started by somebody else and is left to them.
monitoring_for_run() {
	monitoring_up && return 0
	note "starting the monitoring for this run"
	start_monitoring
	state_set "$1" monitoring=started
}

# prometheus_arguments: puts into PROMETHEUS_ARGUMENTS what makes k6 stream to Prometheus, if it is there. Results never
# depend on it.
prometheus_arguments() {
	PROMETHEUS_ARGUMENTS=()
	http_ok "$(fw PROMETHEUS_URL)/-/ready" || return 0
	# shellcheck disable=SC2034 # run.sh reads it
	PROMETHEUS_ARGUMENTS=(-o experimental-prometheus-rw --tag "testid=$(basename "$RUN_DIR")" --tag "instance=${HOSTNAME:-$(uname -n)}")
	is_changed K6_PROMETHEUS_RW_SERVER_URL || K6_PROMETHEUS_RW_SERVER_URL=$(fw PROMETHEUS_URL)/api/v1/write
	export K6_PROMETHEUS_RW_SERVER_URL
	# What rules and dashboard read, and a word to Prometheus when the test is over; the Dockerfile says the same.
	export K6_PROMETHEUS_RW_TREND_STATS=${K6_PROMETHEUS_RW_TREND_STATS:-avg,min,med,max,p(90),p(95),p(99),sum,count}
	export K6_PROMETHEUS_RW_STALE_MARKERS=${K6_PROMETHEUS_RW_STALE_MARKERS:-true}
}

# push_gaps DIR: says what of a run did not reach Prometheus, if something did not. k6 sends a batch every 5 s and keeps
# none that failed.
push_gaps() {
	local lost first last
	lost=$(grep -a 'msg="Failed to send the time series data to the endpoint"' "$1/k6.log") || return 0
	first=$(sed -n '1s/^time="\([^"]*\)".*/\1/p' <<<"$lost") last=$(sed -n '$s/^time="\([^"]*\)".*/\1/p' <<<"$lost")
	note "monitoring: $(grep -c . <<<"$lost") batch(es) of metrics did not reach Prometheus ($first to $last): the dashboard has a gap there, the results here have none"
}
