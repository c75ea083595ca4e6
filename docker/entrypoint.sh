#!/bin/sh
# Runs the test that TEST_TYPE names, with the values of the environment. Arguments are handed on to k6, which takes this
# process's place: it gets the signals, and its exit code is the container's.
set -eu

scripts=${SCRIPTS_DIR:-/scripts}

fail() {
	echo "fw-k6: $*" >&2
	exit 2
}

# localhost is this container. Where the machine around it has a name, that is what was meant.
if [ -n "${HOST_ALIAS:-}" ]; then
	for name in BASE_URL WS_URL CHAT_ORCHESTRATOR_URL METRICS_URL K6_PROMETHEUS_RW_SERVER_URL; do
		url="" && eval "url=\${$name:-}"
		case $url in
		*://localhost | *://localhost[:/]* | *://127.0.0.1 | *://127.0.0.1[:/]* | *"://[::1]"*)
			alias=$(printf '%s' "$url" | sed -E "s#://(localhost|127\.0\.0\.1|\[::1\])#://$HOST_ALIAS#")
			export "$name=$alias"
			;;
		esac
	done
fi

type=${TEST_TYPE:-websocket-streaming}
custom=""
case $type in
websocket-streaming) script=$scripts/websocket-streaming-load-test.js ;;
comprehensive) script=$scripts/comprehensive-load-test.js ;;
load) script=$scripts/load-test.js ;;
health) script=$scripts/health-check.js custom=--quiet ;;
custom)
	[ -n "${CUSTOM_SCRIPT:-}" ] ||
		fail "TEST_TYPE=custom needs CUSTOM_SCRIPT, the path of a k6 script: docker run -v \$PWD:/my -e TEST_TYPE=custom -e CUSTOM_SCRIPT=/my/test.js fw-k6:latest"
	script=$CUSTOM_SCRIPT custom=${CUSTOM_ARGS:-}
	[ -f "$script" ] || script=$scripts/$CUSTOM_SCRIPT
	[ -f "$script" ] || fail "CUSTOM_SCRIPT=$CUSTOM_SCRIPT is not there: mount it, as in docker run -v \$PWD:/my"
	;;
*) fail "TEST_TYPE=$type is not allowed: one of websocket-streaming, health, comprehensive, load, custom" ;;
esac

# k6 has no variable for it. Only a log to a file can leave out the lower levels.
log=""
case ${DEBUG_MODE:-false}:${K6_LOG_LEVEL:-info} in
true:* | 1:* | *:debug) log=--verbose ;;
*:info) ;;
*:warn | *:error) log=--log-output=file=/proc/self/fd/2,level=$K6_LOG_LEVEL ;;
*) fail "K6_LOG_LEVEL=$K6_LOG_LEVEL is not allowed: one of debug, info, warn, error" ;;
esac

# Metrics go to Prometheus while it is there; results never depend on it.
output=""
case $type:${K6_PROMETHEUS_RW_SERVER_URL:-} in
health:* | *:) ;;
*:http://*/api/v1/write)
	if wget -q -T 3 -O /dev/null "${K6_PROMETHEUS_RW_SERVER_URL%/api/v1/write}/-/ready" 2>/dev/null; then
		output="--out experimental-prometheus-rw"
	else
		echo "fw-k6: no Prometheus answers at $K6_PROMETHEUS_RW_SERVER_URL: this test sends it no metrics; start it before (start-monitoring)" >&2
	fi
	;;
*) output="--out experimental-prometheus-rw" ;;
esac

# shellcheck disable=SC2086 # words, or nothing
exec k6 run $log $output $custom \
	--tag "testid=${TEST_ID:-$(date -u +%Y%m%dT%H%M%SZ)-$type}" --tag "instance=$(hostname)" \
	"$script" "$@"
