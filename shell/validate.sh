# shellcheck shell=bash
# The checks of validate-slo-setup.sh.

VALID=0 BROKEN=0 UNCHECKED=0

# Everything of the suite that the checks expect to be there.
FW_SCRIPTS=(websocket-streaming-load-test.js comprehensive-load-test.js load-test.js health-check.js)
FW_COMMANDS=(run-slo-testing.sh recovery.sh validate-slo-setup.sh test-setup.sh build-docker.sh)

valid() {
	echo "✓ $1"
	VALID=$((VALID + 1))
}

broken() {
	echo "✗ $1: $2"
	BROKEN=$((BROKEN + 1))
}

unchecked() {
	echo "- $1: not checked, $2"
	UNCHECKED=$((UNCHECKED + 1))
}

# judge WHAT COMMAND...: the command's last line says what is wrong when it fails.
judge() {
	local what=$1 said
	shift
	if said=$("$@" 2>&1); then
		valid "$what"
	else
		said=$(sed '/^[[:space:]]*$/d' <<<"$said" | tail -n 1)
		broken "$what" "${said:-$1 refuses it, without a word}"
	fi
}

# validate_scripts: puts those that k6 can read into WHOLE, for validate_env_files.
validate_scripts() {
	local script before
	WHOLE=()
	for script in "${FW_SCRIPTS[@]}"; do
		if [ -f "$FW_ROOT/scripts/$script" ]; then
			before=$BROKEN
			judge "scripts/$script" inspected "$FW_ROOT/scripts/$script"
			[ "$BROKEN" -ne "$before" ] || WHOLE+=("$script")
		else
			broken "scripts/$script" "it is not there: git checkout scripts"
		fi
	done
}

# inspected SCRIPT: k6 can read it, with the defaults of everything.
inspected() {
	local message
	message=$("$FW_K6" inspect -e FW_ENV_READ=true "$1" 2>&1 >/dev/null) && return 0
	k6_message <<<"$message"
	return 1
}

validate_shell() {
	local file before=$BROKEN
	for file in "${FW_COMMANDS[@]}"; do
		[ -x "$FW_ROOT/$file" ] || broken "$file" "it is not there, or not executable: git checkout $file; chmod +x $file"
	done
	for file in "$FW_ROOT"/*.sh "$FW_ROOT"/shell/*.sh "$FW_ROOT"/docker/*.sh; do
		[ ! -f "$file" ] || "$BASH" -n "$file" 2>/dev/null || judge "$(shown_path "$file")" "$BASH" -n "$file"
	done
	[ "$BROKEN" -ne "$before" ] || valid "shell"
}

# validate_env_files: names by this suite's list, values by the table of each script that can be read.
validate_env_files() {
	judge ".env.test.example" env_file_holds "$FW_ROOT/.env.test.example"
	if [ -e "$FW_ENV_FILE" ]; then
		judge "$(shown_path "$FW_ENV_FILE")" env_file_holds "$FW_ENV_FILE"
	else
		echo "- .env.test: there is none, so the defaults are in force (cp .env.test.example .env.test)"
	fi
}

env_file_holds() (
	FW_ENV_FILE=$1
	load_config
	for script in "${WHOLE[@]}"; do check_script_values "$FW_ROOT/scripts/$script"; done
)

validate_rules() {
	local promtool
	promtool=$(find_promtool) || {
		unchecked "prometheus.yml and the rules" "promtool is missing, and so is Go to build it: https://go.dev/dl"
		return 0
	}
	judge prometheus.yml "$promtool" check config "$FW_ROOT/prometheus.yml"
	judge recording-rules.yml "$promtool" check rules "$FW_ROOT/recording-rules.yml"
	judge alerting-rules.yml "$promtool" check rules "$FW_ROOT/alerting-rules.yml"
}

# find_promtool: that of the tools, built when it is missing, else the one on PATH.
find_promtool() {
	local promtool=$FW_ROOT/bin/tools/promtool
	if [ ! -x "$promtool" ] && command -v go >/dev/null; then
		note "building promtool, which takes some minutes the first time"
		"$FW_ROOT/tools/monitoring/build.sh" promtool >&2 || true
	fi
	[ -x "$promtool" ] || promtool=$(command -v promtool) || return 1
	printf '%s' "$promtool"
}

validate_dashboards() {
	local file any=""
	for file in "$FW_ROOT"/dashboards/*.json; do
		[ -f "$file" ] || continue
		[ "$file" != "$FW_ROOT/$FW_DASHBOARD" ] || continue # k6's, which is not Grafana's kind
		any=yes
		judge "$(shown_path "$file")" dashboard_holds "$file"
	done
	[ -n "$any" ] || broken "dashboards" "there is none: git checkout dashboards"
	if [ -f "$FW_ROOT/$FW_DASHBOARD" ]; then
		judge "$FW_DASHBOARD" layout_holds "$FW_ROOT/$FW_DASHBOARD"
	else
		broken "$FW_DASHBOARD" "it is not there, and report.html would have no SLOs: git checkout dashboards"
	fi
}

# dashboard_holds FILE: for Grafana. layout_holds FILE: for k6's web dashboard. k6 has a JSON parser, so nothing else is
# needed for it.
dashboard_holds() { json_holds grafana "$1"; }
layout_holds() { json_holds k6 "$1"; }

json_holds() {
	local message
	message=$(JSON_KIND=$1 JSON_FILE=$2 "$FW_K6" inspect --include-system-env-vars "$FW_ROOT/shell/check-dashboard.js" 2>&1 >/dev/null) && return 0
	k6_message <<<"$message"
	return 1
}

validate_compose() {
	if ! find_compose; then
		unchecked docker-compose.yml "neither \"docker compose\" nor docker-compose is installed: https://docs.docker.com/engine/install"
		return 0
	fi
	judge docker-compose.yml "${COMPOSE[@]}" "${PROFILES[@]}" config -q
}
