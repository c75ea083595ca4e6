# shellcheck shell=bash
# Are the values allowed? What the shell tools use is checked here; what a script uses is checked by the script, with
# its own table.

# The values that only the shell tools read.
check_own_values() {
	one_of TEST_TYPE websocket-streaming health comprehensive load custom
	one_of K6_LOG_LEVEL debug info warn error
	one_of RUNNER native docker
	one_of DEBUG_MODE true false 1 0
	one_of VERBOSE_LOGGING true false 1 0
	one_of SAVE_TEST_RESULTS true false 1 0
	[[ $(fw SSH_PORT) =~ ^[0-9]{1,5}$ && $(fw SSH_PORT) -ge 1 && $(fw SSH_PORT) -le 65535 ]] ||
		not_allowed SSH_PORT "a whole number from 1 to 65535"
	[[ $(fw PROMETHEUS_URL) =~ ^https?://[^/[:space:]]+ ]] || not_allowed PROMETHEUS_URL "a URL such as http://localhost:9090"
	[[ $(fw GRAFANA_URL) =~ ^https?://[^/[:space:]]+ ]] || not_allowed GRAFANA_URL "a URL such as http://localhost:3001"
}

# one_of NAME WORD...
one_of() {
	local name=$1 word
	shift
	[[ -v "CONFIG[$name]" ]] || return 0
	for word in "$@"; do
		[ "${CONFIG[$name]}" != "$word" ] || return 0
	done
	not_allowed "$name" "one of $(printf '%s, ' "$@" | sed 's/, $//')"
}

# not_allowed NAME WHAT-IS
not_allowed() { fail "$1=\"$(shown_value "$1")\" is not allowed: $2 (set by: ${ORIGIN[$1]})"; }

# check_script_values SCRIPT: has the script look at its variables, without running it. Its own line says what is wrong;
# where a value came from .env.test, the line there is added.
check_script_values() {
	local message name places=""
	message=$("$FW_K6" inspect --include-system-env-vars "$1" 2>&1 >/dev/null) && return 0
	message=$(k6_message <<<"$message")
	for name in "${!ORIGIN[@]}"; do
		if is_set "$name" && [[ " $message" =~ [^A-Z0-9_]"$name"([^A-Z0-9_]|$) ]]; then
			places+="${places:+, }$name: ${ORIGIN[$name]}"
		fi
	done
	fail "${message:-k6 cannot read $1}${places:+ [$places]}" 104
}

# k6_message: the text of the first error in a log of k6.
k6_message() {
	local line
	while IFS= read -r line; do
		[[ $line =~ level=error.*msg=\"(([^\"\\]|\\.)*)\" ]] || continue
		line=${BASH_REMATCH[1]//\\\"/\"}
		printf '%s\n' "${line//\\n/ }" | sed 's/[[:space:]]*$//'
		return 0
	done
}
