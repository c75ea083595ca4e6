#!/usr/bin/env bash
# Is everything in this folder whole? Parses scripts, shell, environment file, rules, dashboards and compose file, each
# with the program that will read it; nothing is started. One line for each; exit code 1 when something is broken.
# What cannot be looked at because its program is missing is said, and counts as broken with CI=true.
set -euo pipefail

# shellcheck source=shell/load.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/shell/load.sh"

main() {
	[ $# -eq 0 ] || usage_error "./validate-slo-setup.sh takes no arguments"
	need_k6
	k6_environment
	validate_scripts
	validate_shell
	validate_env_files
	validate_rules
	validate_dashboards
	validate_compose
	echo "$VALID valid, $BROKEN broken, $UNCHECKED not checked"
	[ "$BROKEN" -eq 0 ] || exit 1
	[ "$UNCHECKED" -eq 0 ] || [ "${CI:-}" != true ]
}

main "$@"
