#!/bin/sh
# Starts Prometheus for the system under test: docker/prometheus.sh [argument of prometheus ...]
#
# BASE_URL and WS_URL say what to scrape, as they say to the tests what to load; METRICS_URL, if set, is where the API
# shows its metrics. HOST_ALIAS is what localhost is called from inside this container; empty where it is localhost.
set -eu

base=${BASE_URL:-http://localhost:4000}
chat=${WS_URL:-ws://localhost:8080}
config=${CONFIG_DIR:-/etc/prometheus}
run=${RUN_DIR:-/tmp/prometheus}

# targets URL PATH FILE: the file that file_sd_configs reads.
targets() {
	scheme=${1%%://*} rest=${1#*://}
	case $rest in
	*[\"\\]* | *[[:space:]]*) rest="" ;;
	esac
	host=${rest%%/*}
	host=${host##*@}
	if [ "$scheme" = "$1" ] || [ -z "$host" ]; then
		echo "prometheus.sh: \"$1\" is no URL to scrape: allowed is a URL such as http://localhost:4000" >&2
		exit 2
	fi
	case $scheme in
	https | wss) scheme=https port=443 ;;
	*) scheme=http port=80 ;;
	esac
	case $host in
	*]:* | *:*[!]]) ;;
	*) host=$host:$port ;;
	esac
	if [ -n "${HOST_ALIAS:-}" ]; then
		case $host in
		localhost:* | 127.0.0.1:* | "[::1]:"*) host=$HOST_ALIAS:${host##*:} ;;
		esac
	fi
	printf '[{"targets": ["%s"], "labels": {"__scheme__": "%s", "__metrics_path__": "%s"}}]\n' "$host" "$scheme" "$2" >"$run/targets/$3"
	echo "prometheus.sh: $3: $scheme://$host$2"
}

mkdir -p "$run/targets"
# Links, so that a reload sees what was edited.
for file in prometheus.yml recording-rules.yml alerting-rules.yml; do
	ln -sf "$config/$file" "$run/$file"
done

if [ -n "${METRICS_URL:-}" ] && [ "${HZ_SOURCE:-auto}" != health ]; then
	path=/${METRICS_URL#*://*/}
	[ "$path" != "/$METRICS_URL" ] || path=/
	targets "$METRICS_URL" "${path%%\?*}" api.json
else
	targets "$base" /metrics api.json
fi
targets "$chat" /metrics chat.json

exec prometheus --config.file="$run/prometheus.yml" --web.enable-remote-write-receiver "$@"
