# shellcheck shell=bash
# What the tools say: results on standard output, everything about the work on standard error, errors in one line.

FW_NAME=$(basename "$0")
readonly FW_NAME

note() { printf '%s\n' "$*" >&2; }

warn() { printf '%s: warning: %s\n' "$FW_NAME" "$*" >&2; }

debug() {
	[ "${DEBUG_MODE:-}" = true ] || [ "${DEBUG_MODE:-}" = 1 ] || return 0
	printf '%s: debug: %s\n' "$FW_NAME" "$*" >&2
}

# fail MESSAGE [EXIT-CODE]: what was tried, what came back, what to do.
fail() {
	printf '%s: %s\n' "$FW_NAME" "$1" >&2
	exit "${2:-1}"
}

# The caller asked for something that makes no sense.
usage_error() { fail "$1" 2; }

# is_true TEXT: yes for 1 and true, as in the scripts.
is_true() { [ "$1" = true ] || [ "$1" = 1 ]; }
