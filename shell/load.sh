# shellcheck shell=bash
# Loads all parts. FW_ROOT is the top of the repository, wherever the script is called from and through whatever link.

FW_ROOT=$(cd -P "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly FW_ROOT

for FW_PART in say envfile config values network k6 limits state results supervise follow run control demo \
	docker monitoring rollback ssh remote recover validate machine help; do
	# shellcheck source=/dev/null
	source "$FW_ROOT/shell/$FW_PART.sh"
done
unset FW_PART
