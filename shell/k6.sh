# shellcheck shell=bash
# The k6 binary, the script for each type of test, and k6's arguments.

FW_K6=$FW_ROOT/bin/k6

# need_k6: builds the binary when it is missing.
need_k6() {
	[ -x "$FW_K6" ] && return 0
	note "bin/k6 is not there yet: building it with \"make build\", which takes a few minutes the first time"
	command -v go >/dev/null || fail "bin/k6 is missing, and so is Go to build it: install Go (https://go.dev/dl) and run make build"
	command -v make >/dev/null || fail "bin/k6 is missing, and so is make to build it: install make and run make build"
	make -C "$FW_ROOT" build >&2 || fail "bin/k6 could not be built: the lines above say why; \"make build\" tries again"
}

# script_of TYPE
script_of() {
	case $1 in
	websocket-streaming | demo) printf '%s' "$FW_ROOT/scripts/websocket-streaming-load-test.js" ;;
	health) printf '%s' "$FW_ROOT/scripts/health-check.js" ;;
	comprehensive) printf '%s' "$FW_ROOT/scripts/comprehensive-load-test.js" ;;
	load) printf '%s' "$FW_ROOT/scripts/load-test.js" ;;
	custom) custom_script ;;
	esac
}

custom_script() {
	local script
	script=$(fw_path CUSTOM_SCRIPT)
	[ -n "$script" ] || fail "TEST_TYPE=custom needs CUSTOM_SCRIPT, the path of a k6 script: ./run-slo-testing.sh run-custom CUSTOM_SCRIPT=my-test.js" 2
	for script in "$script" "$FW_ROOT/$script" "$FW_ROOT/scripts/$script"; do
		[ -f "$script" ] || continue
		(cd "$(dirname "$script")" && printf '%s/%s' "$PWD" "$(basename "$script")")
		return 0
	done
	fail "CUSTOM_SCRIPT=$(fw CUSTOM_SCRIPT) is not there: it is looked for in $PWD, in the repository and in its scripts/" 2
}

# log_arguments: puts into LOG_ARGUMENTS what makes k6 log from K6_LOG_LEVEL on. k6 has no such variable: --verbose
# is its debug level, and only its "file" log output can leave out the lower ones.
log_arguments() {
	LOG_ARGUMENTS=()
	if is_true "$(fw DEBUG_MODE)"; then
		LOG_ARGUMENTS=(--verbose)
		return 0
	fi
	# shellcheck disable=SC2034 # run.sh reads it
	case $(fw K6_LOG_LEVEL) in
	debug) LOG_ARGUMENTS=(--verbose) ;;
	warn | error) LOG_ARGUMENTS=("--log-output=file=/dev/stderr,level=$(fw K6_LOG_LEVEL)") ;;
	esac
}

# k6_environment: what k6 itself shall do, unless somebody said otherwise.
k6_environment() {
	export K6_NO_USAGE_REPORT=${K6_NO_USAGE_REPORT:-true}
	export K6_AUTO_EXTENSION_RESOLUTION=false # a binary without the extension is an error, not a download
}
