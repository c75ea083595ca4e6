#!/usr/bin/env bash
# The front door: runs the tests, follows them, keeps their results. `./run-slo-testing.sh help` lists the commands.
# The parts are in shell/, one idea in each.
if [ -z "${BASH_VERSINFO:-}" ] || [ "${BASH_VERSINFO[0]}" -lt 4 ] ||
	{ [ "${BASH_VERSINFO[0]}" -eq 4 ] && [ "${BASH_VERSINFO[1]}" -lt 3 ]; }; then
	echo "run-slo-testing.sh: this is bash ${BASH_VERSION:-of an unknown version}, it takes 4.3 or newer (macOS: brew install bash)" >&2
	exit 1
fi
set -euo pipefail

# shellcheck source=shell/load.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/shell/load.sh"

main() {
	local command=${1:-}
	[ $# -eq 0 ] || shift
	case $command in
	'')
		help >&2
		exit 2
		;;
	help | -h | --help) help ;;
	run) run_command "" "$@" ;;
	run-websocket) run_command websocket-streaming "$@" ;;
	run-health) run_command health "$@" ;;
	run-comprehensive) run_command comprehensive "$@" ;;
	run-load) run_command load "$@" ;;
	run-custom) run_command custom "$@" ;;
	demo) demo_command "$@" ;;
	config) config_command "$@" ;;
	status) status_command "$@" ;;
	logs) logs_command "$@" ;;
	attach) attach_command "$@" ;;
	cancel) cancel_command "$@" ;;
	rollback) rollback_command "$@" ;;
	start-monitoring) start_monitoring_command "$@" ;;
	stop-monitoring) stop_monitoring_command "$@" ;;
	dashboard-url) dashboard_url_command "$@" ;;
	prometheus-url) prometheus_url_command "$@" ;;
	_supervise) supervise "$@" ;; # in the session of a run
	_fetch) fetch_run "$@" ;;     # in the session of a run on another machine
	_start) start_here "$@" ;;    # on the other machine
	_log) print_log_here "$@" ;;
	_results) print_results_here "$@" ;;
	_forget) forget_here "$@" ;;
	_signal) signal_here "$@" ;;
	*) usage_error "there is no command \"$command\"; ./run-slo-testing.sh help lists them" ;;
	esac
}

main "$@"
