#!/bin/sh
# Starts Prometheus for the system under test: monitoring/prometheus.sh [argument of prometheus ...]
#
# BASE_URL and WS_URL say what to scrape, as they say to the tests what to load; METRICS_URL, if set, is where the API
# shows its metrics, and METRICS_AUTH_HEADER is sent there. HOST_ALIAS is what localhost is called from inside this
# container; empty where it is localhost. CONFIG_DIR has prometheus.yml and alerting-rules.yml.
# shellcheck disable=SC2016 # in quotes are awk's programs
set -eu

here=$(cd "$(dirname "$0")" && pwd)
config=${CONFIG_DIR:-/etc/prometheus}
run=${RUN_DIR:-/tmp/prometheus}

fail() {
	echo "prometheus.sh: $*" >&2
	exit 2
}

# decoded PROGRAM TEXT: awk's answer. PROGRAM may call decoded(), which takes the percent-encoding out of a text, and
# quoted(), which makes a string of YAML.
decoded() {
	printf '%s' "$2" | LC_ALL=C awk '
		function digit(c) { return index("0123456789abcdef", tolower(c)) - 1 }
		function decoded(s,  out) {
			while (match(s, /%[0-9A-Fa-f][0-9A-Fa-f]/)) {
				out = out substr(s, 1, RSTART - 1) sprintf("%c", 16 * digit(substr(s, RSTART + 1, 1)) + digit(substr(s, RSTART + 2, 1)))
				s = substr(s, RSTART + 3)
			}
			return out s
		}
		function quoted(s) { gsub(/["\\]/, "\\\\&", s); return "\"" s "\"" }
		'"$1"
}

# scrape NAME URL [HEADER]: the address for the job featherweight-NAME, and what is to be sent there. Whoever can open
# Prometheus sees its configuration and its targets, so that of secrets only names of files stand in it; a query is part
# of a target's URL and cannot be hidden.
scrape() {
	name=$1 url=$2 header=${3:-} query="" user=""
	case $url in *\?*) query=${url#*\?} url=${url%%\?*} ;; esac
	scheme=${url%%://*} rest=${url#*://}
	host=${rest%%/*}
	path=${rest#"$host"}
	case $host in *@*) user=${host%@*} host=${host##*@} ;; esac
	case $user in "" | *:*) ;; *) user=$user: ;; esac
	case $host in *[\"\\]* | *[[:space:]]*) host="" ;; esac
	if [ "$scheme" = "$url" ] || [ -z "$host" ]; then
		fail "the URL of the $name is none to scrape: allowed is one such as http://localhost:4000; see BASE_URL, WS_URL and METRICS_URL"
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
	path=$(decoded '{ printf "%s", quoted(decoded($0)) }' "${path:-/}")
	printf '[{"targets": ["%s"], "labels": {"__scheme__": "%s", "__metrics_path__": %s}}]\n' "$host" "$scheme" "$path" >"$run/targets/$name.json"
	echo "prometheus.sh: $name: $scheme://$host, path $path"

	more=$run/$name-more.yml
	{
		query "$query"
		access "$header" "$user"
	} >"$more"
	[ -s "$more" ] || return 0
	grep -q "^  - job_name: featherweight-$name\$" "$run/prometheus.yml" ||
		fail "prometheus.yml has no line \"  - job_name: featherweight-$name\" behind which its query and its credentials could be written"
	sed -i "/^  - job_name: featherweight-$name\$/r $more" "$run/prometheus.yml"
}

# query TEXT: the lines of a job for it.
query() {
	[ -n "$1" ] || return 0
	echo "    params:"
	decoded '
		BEGIN { RS = "&" }
		$0 != "" {
			gsub(/\+/, " ")
			at = index($0 "=", "=")
			key = quoted(decoded(substr($0, 1, at - 1)))
			values[key] = values[key] quoted(decoded(substr($0, at + 1))) ", "
		}
		END { for (key in values) printf "      %s: [%s]\n", key, values[key] }' "$1"
}

# access HEADER USER:PASSWORD: the lines of a job for them. A header counts more than a user in the URL, as for the tests.
access() {
	type=${1%% *} credentials=""
	case $1 in
	"") [ -z "$2" ] || basic "$(decoded '{ printf "%s", decoded($0) }' "$2")" ;;
	[Bb][Aa][Ss][Ii][Cc]" "*) basic "$(printf '%s' "${1#* }" | base64 -d 2>/dev/null)" ;;
	*)
		case $1 in *" "*) credentials=${1#* } ;; esac
		[ -n "$credentials" ] ||
			echo "prometheus.sh: METRICS_AUTH_HEADER is one word, without a scheme such as Bearer: whoever can open Prometheus sees it" >&2
		printf '%s' "$credentials" >"$run/$name-credentials"
		printf '    authorization:\n      type: %s\n      credentials_file: %s\n' \
			"$(decoded '{ printf "%s", quoted($0) }' "$type")" "$run/$name-credentials"
		;;
	esac
}

# basic USER:PASSWORD
basic() {
	case $1 in
	*:*) ;;
	*) fail "METRICS_AUTH_HEADER is not allowed: after Basic stands USER:PASSWORD in base64" ;;
	esac
	printf '%s' "${1%%:*}" >"$run/$name-user"
	printf '%s' "${1#*:}" >"$run/$name-password"
	printf '    basic_auth:\n      username_file: %s\n      password_file: %s\n' "$run/$name-user" "$run/$name-password"
}

mask=$(umask)
umask 077
mkdir -p "$run/targets"
# Rules are links, so that a reload sees what was edited.
ln -sfn "$here" "$run/monitoring"
ln -sf "$config/alerting-rules.yml" "$run/alerting-rules.yml"
cat "$config/prometheus.yml" >"$run/prometheus.yml"

base=${BASE_URL:-http://localhost:4000}
case ${HZ_SOURCE:-auto}/${METRICS_URL:-} in
health/* | stream/* | */ws://* | */wss://*)
	scrape api "${base%/}/metrics" # METRICS_URL and its header are then for /healthz, or for a stream
	;;
*) scrape api "${METRICS_URL:-${base%/}/metrics}" "${METRICS_AUTH_HEADER:-}" ;;
esac
chat=${WS_URL:-ws://localhost:8080}
scrape chat "${chat%/}/metrics"
umask "$mask"

exec prometheus --config.file="$run/prometheus.yml" --web.enable-remote-write-receiver "$@"
