#!/bin/sh
# Starts Alertmanager: monitoring/alertmanager.sh [argument of alertmanager ...]
#
# ALERT_WEBHOOK_URL is where alerts are sent to; empty: nowhere. HOST_ALIAS is what localhost is called from inside this
# container; empty where it is localhost.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
run=${RUN_DIR:-/tmp/alertmanager}
url=${ALERT_WEBHOOK_URL:-}

mkdir -p "$run"
case $url in
'')
	sed 's/receiver: webhook$/receiver: nobody/' "$here/alertmanager.yml" >"$run/alertmanager.yml"
	echo "alertmanager.sh: ALERT_WEBHOOK_URL is not set: alerts are shown, but sent to nobody"
	;;
http://* | https://*)
	if [ -n "${HOST_ALIAS:-}" ]; then
		url=$(printf '%s' "$url" | sed -E "s#^(https?://)(localhost|127\.0\.0\.1|\[::1\])([:/]|\$)#\1$HOST_ALIAS\3#")
	fi
	cat "$here/alertmanager.yml" >"$run/alertmanager.yml"
	;;
*)
	echo "alertmanager.sh: ALERT_WEBHOOK_URL is not allowed: it must be a URL such as http://localhost:9095/alerts" >&2
	exit 2
	;;
esac
umask 077
printf '%s' "$url" >"$run/webhook-url"
# An absolute path: Alertmanager takes a relative one from where it was started.
sed -i "s#url_file: webhook-url#url_file: $run/webhook-url#" "$run/alertmanager.yml"

exec alertmanager --config.file="$run/alertmanager.yml" "$@"
