# shellcheck shell=bash
# The folder of a run: $TEST_RESULTS_DIR/<UTC time>-<type>/, and "latest", which points at the newest.

# The layout of k6's web dashboard.
FW_DASHBOARD=dashboards/k6-web-dashboard.json

# The folder of the run that this script is about.
RUN_DIR=""

# results_dir: the absolute path of the folder of folders.
results_dir() {
	local dir
	dir=$(fw_path TEST_RESULTS_DIR)
	case $dir in
	/*) printf '%s' "${dir%/}" ;;
	*) printf '%s' "$FW_ROOT/${dir#./}" ;;
	esac
}

# new_run TYPE: makes the folder, and puts its path into RUN_DIR.
new_run() {
	local type=$1 base dir id number=1 problem
	RUN_DIR=""
	id=${FW_RUN_ID:-$(date -u +%Y%m%dT%H%M%SZ)-$type}
	if ! is_true "$(fw SAVE_TEST_RESULTS)"; then
		RUN_DIR=$(mktemp -d "${TMPDIR:-/tmp}/featherweight-slo.XXXXXXXX")
	else
		base=$(results_dir)
		problem=$(mkdir -p "$base" 2>&1) || fail "$(not_writable "$base" "$problem")"
		[ -w "$base" ] || fail "$(not_writable "$base" "")"
		dir=$base/$id
		until mkdir "$dir" 2>/dev/null; do
			number=$((number + 1))
			[ "$number" -lt 100 ] || fail "$(not_writable "$base" "no new folder can be made in it")"
			dir=$base/$id-$number
		done
		RUN_DIR=$dir
	fi
	chmod 700 "$RUN_DIR"
	: >"$RUN_DIR/k6.log"
	state_set "$RUN_DIR" "id=$(basename "$RUN_DIR")" "type=$type" "started=$(now)" phase=starting
	write_config "$RUN_DIR/config.env"
	if is_true "$(fw SAVE_TEST_RESULTS)"; then point_latest "$RUN_DIR"; fi
}

not_writable() {
	printf '%s' "results cannot be written to $1${2:+ (${2##*: })}: permission is missing or it is no directory; " \
		"give it to this user with \"sudo chown -R $(id -u):$(id -g) $1\", or set TEST_RESULTS_DIR to another directory"
}

# point_latest DIR: "latest" always points at a folder, also while it changes.
point_latest() {
	local base new
	base=$(dirname "$1")
	new=$base/.latest.$BASHPID
	ln -s "$(basename "$1")" "$new"
	mv -T -f "$new" "$base/latest" 2>/dev/null || { # mv of other systems than GNU
		rm -f "$new"
		ln -sfn "$(basename "$1")" "$base/latest"
	}
}

# write_config FILE: the effective configuration, secrets hidden.
write_config() {
	local name
	{
		echo "# What was in force, and who said so. Secrets are hidden."
		while IFS= read -r name; do
			printf '%s=%s # %s\n' "$name" "$(quoted "$(shown_value "$name")")" "${ORIGIN[$name]}"
		done < <(all_names)
	} >"$1"
}

# quoted TEXT: as .env.test wants it.
quoted() {
	if [[ $1 =~ ^[A-Za-z0-9_./:,@%+={}()-]*$ ]]; then
		printf '%s' "$1"
	else
		local text=${1//\\/\\\\}
		text=${text//\"/\\\"}
		printf '"%s"' "${text//\$/\\\$}"
	fi
}

# The files of a run that a variable can ask for elsewhere.
declare -A FW_FILES=([SUMMARY_FILE]=summary.json [JUNIT_FILE]=junit.xml [REPORT_FILE]=report.md [HTML_FILE]=report.html [SERIES_FILE]=series.ndjson)

# wanted_copies: puts into FW_COPIES which file of the run is also to be where, with a tab between. k6 itself writes into
# the folder alone, which is there and can be written.
wanted_copies() {
	local name
	FW_COPIES=""
	for name in "${!FW_FILES[@]}"; do
		! is_changed "$name" || [ -z "$(fw "$name")" ] ||
			FW_COPIES+=${FW_FILES[$name]}$'\t'$(absolute "$(fw_path "$name")")$'\n'
	done
	export FW_COPIES
}

# result_files DIR TYPE: tells k6 where the results go.
result_files() {
	local dir=$1 name
	for name in "${!FW_FILES[@]}"; do export "$name=$dir/${FW_FILES[$name]}"; done
	[ "$2" != health ] || return 0
	export K6_WEB_DASHBOARD=true
	[ "$2" != custom ] || export K6_WEB_DASHBOARD_EXPORT=$dir/k6-report.html # a script of somebody's own may have no other
	export K6_WEB_DASHBOARD_TAGS=${K6_WEB_DASHBOARD_TAGS:-reason,type}       # the layout draws failures by reason
	export K6_WEB_DASHBOARD_HOST=${K6_WEB_DASHBOARD_HOST:-127.0.0.1}         # k6's own default is every interface
	if [ -z "${K6_WEB_DASHBOARD_PORT:-}" ]; then
		export K6_WEB_DASHBOARD_PORT=5665
		port_taken 5665 && K6_WEB_DASHBOARD_PORT=0 # any free one
	fi
	[ -n "${K6_WEB_DASHBOARD_PERIOD:-}" ] || ! is_short || export K6_WEB_DASHBOARD_PERIOD=1s
	[ -n "${XK6_DASHBOARD_CONFIG:-}" ] || [ ! -f "$FW_ROOT/$FW_DASHBOARD" ] ||
		export XK6_DASHBOARD_CONFIG=$FW_ROOT/$FW_DASHBOARD
}

# A test of less than two minutes needs finer steps in its report than k6's 10 s.
is_short() { [[ $(fw DURATION) =~ ^([0-9.]+ms|[0-9.]{1,3}s|1m([0-9.]+s)?)$ ]]; }

# run_dir [RUN]: puts the folder of the named run into RUN_DIR, else of the newest that lives, else of the latest.
run_dir() {
	local base dir
	base=$(results_dir)
	if [ -n "${1:-}" ]; then
		for dir in "$1" "$base/$1"; do
			[ -f "$dir/run.state" ] || continue
			RUN_DIR=$(cd "$dir" && pwd -P)
			return 0
		done
		fail "there is no run $1 in $base: ./run-slo-testing.sh status lists what there is"
	fi
	RUN_DIR=""
	while IFS= read -r dir; do RUN_DIR=$dir; done < <(live_runs)
	[ -z "$RUN_DIR" ] || return 0
	[ -f "$base/latest/run.state" ] || return 1
	RUN_DIR=$(cd "$base/latest" && pwd -P)
}

# live_runs: the folders of the runs that are under way, oldest first.
live_runs() {
	local dir base
	base=$(results_dir)
	for dir in "$base"/*/; do
		dir=${dir%/}
		if [ "$dir" != "$base/latest" ] && [ -f "$dir/run.state" ] && run_lives "$dir"; then printf '%s\n' "$dir"; fi
	done
}
