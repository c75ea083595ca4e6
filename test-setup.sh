#!/usr/bin/env bash
# What does this machine lack for a test, and how to get it? Looks at programs, open files, ports, memory and CPUs for the
# wanted number of users; changes nothing. Exit code 1 when a test could not run here.
set -euo pipefail

# shellcheck source=shell/load.sh
source "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/shell/load.sh"

main() {
	local word
	for word in "$@"; do
		[[ $word = [A-Z]*=* ]] || usage_error "\"$word\" is not understood: allowed are NAME=value, such as VUS=5000"
	done
	load_config "$@"
	echo "For $(fw VUS) users:"
	machine_programs
	machine_files
	machine_ports
	machine_memory
	machine_cpus
	if [ "$LACKING" -eq 0 ]; then
		echo "this machine can run the tests"
	else
		echo "this machine lacks $LACKING of what the tests need: the lines with ✗ say how to get it"
		exit 1
	fi
}

main "$@"
