#!/usr/bin/env bash
# After a lost connection or a restart of the machine: what became of the last run, and is the monitoring there that
# should be? Needs no terminal. A run that ended without a result is started again only with --restart.
set -euo pipefail

# shellcheck source=shell/load.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/shell/load.sh"

usage() {
	cat <<'TEXT'
usage: ./recovery.sh [--restart] [NAME=value ...]

Reports on the last run, from its state file, and starts monitoring again that start-monitoring had started and that is
down. --restart starts a run again that ended without a result, in the background, with the values that it had.
Exit code: 0 when nothing is left to do, 1 when something is.
TEXT
}

main() {
	local restart="" left=0
	local -a words=()
	while [ $# -gt 0 ]; do
		case $1 in
		--restart) restart=yes ;;
		-h | --help)
			usage
			return
			;;
		[A-Za-z_]*=*) words+=("$1") ;;
		*) usage_error "\"$1\" is not understood: allowed are --restart and NAME=value" ;;
		esac
		shift
	done
	load_config "${words[@]}"
	recover_monitoring || left=1
	recover_run "$restart" "${words[@]}" || left=1
	return "$left"
}

main "$@"
