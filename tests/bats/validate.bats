#!/usr/bin/env bats
# validate-slo-setup.sh: each thing is broken once, in a copy, and must be named.
bats_require_minimum_version 1.5.0
load helper

setup() {
	shared_setup
	unset ENV_FILE VUS DURATION RAMP IDLE
	copy_suite
	if [ ! -x "$ROOT/bin/tools/promtool" ]; then stub promtool 'exit 0'; fi
	# Compose where there is none: its own test breaks the file.
	docker compose version >/dev/null 2>&1 || command -v docker-compose >/dev/null ||
		stub docker '[ "$1 $2" = "compose version" ] || ! grep -q "^ *broken" "$'"TREE"'/docker-compose.yml"'
	export TREE
}

validate() { "$TREE/validate-slo-setup.sh"; }

# breaks WHAT: the copy is broken, and validation says in what.
breaks() {
	run -1 validate
	[[ $output = *"✗ $1: "?* ]] || {
		echo "$output"
		return 1
	}
	LINE=$(grep -F "✗ $1: " <<<"$output")
}

@test "what is in the repository is valid" {
	run -0 validate
	[[ $output != *✗* ]]
	for file in websocket-streaming-load-test.js comprehensive-load-test.js load-test.js health-check.js; do
		[[ $output = *"✓ scripts/$file"* ]]
	done
	[[ $output = *"✓ shell"*"✓ .env.test.example"*"✓ dashboards/"*" 0 broken"* ]]
}

@test "everything that is broken is named, and counted, in one go" {
	cd "$TREE"
	echo 'export const options = {' >>scripts/load-test.js
	rm scripts/health-check.js
	echo 'if true; then' >>recovery.sh
	chmod -x test-setup.sh
	printf 'VUS=5\nVUZ=5\n' >.env.test
	sed -i '0,/expr: .*/s//expr: rate(/' alerting-rules.yml
	sed -i '0,/expr: .*/s//expr: sum by/' monitoring/recording-rules.yml
	echo 'scrape_confgis: []' >>prometheus.yml
	echo '}' >>dashboards/testing.json
	echo '}' >>scripts/k6-web-dashboard.json
	printf 'services:\n  broken: [\n' >docker-compose.yml
	run -1 validate
	echo "$output"
	for line in "scripts/load-test.js: *nexpected*" "scripts/health-check.js: *git checkout scripts/health-check.js" "recovery.sh: *yntax error*" \
		"test-setup.sh: *not executable*" ".env.test: .env.test line 2: there is no variable VUZ; did you mean VUS?*" \
		"alerting-rules.yml: ?*" "monitoring/recording-rules.yml: ?*" "prometheus.yml: ?*" "dashboards/testing.json: *this is not JSON*" \
		"scripts/k6-web-dashboard.json: *this is not JSON*" "docker-compose.yml: ?*"; do
		has_line "✗ $line" || [[ ! -x $ROOT/bin/tools/promtool && $line = *.yml:* ]] || return 1
	done
	[ ! -x "$ROOT/bin/tools/promtool" ] || [[ ${lines[-1]} = *" 11 broken, "* ]]
}

# has_line PATTERN: the output has a line like that.
has_line() {
	local line
	for line in "${lines[@]}"; do
		# shellcheck disable=SC2053 # a pattern
		[[ $line != $1 ]] || return 0
	done
	echo "there is no line $1"
	return 1
}

@test "a script whose library is broken" {
	echo 'export const x = ;' >>"$TREE/scripts/lib/conversation.js"
	breaks scripts/websocket-streaming-load-test.js
}

@test "a value in .env.test that a script refuses, with its line" {
	printf '\nDURATION=soon\n' >"$TREE/.env.test"
	breaks .env.test
	[[ $LINE = *'DURATION="soon" is not allowed'*".env.test line 2"* ]]
}

@test "what the environment says does not count: a file is judged by itself" {
	printf 'DURATION=soon\n' >"$TREE/.env.test"
	DURATION=1m breaks .env.test
	[[ $LINE = *'DURATION="soon" is not allowed'*".env.test line 1"* ]]
	echo DURATION=1m >"$TREE/.env.test"
	DURATION=soon VUS=many K6_VUS=5 K6_LOG_LEVEL=loud run -0 validate
	[[ $output = *"✓ scripts/websocket-streaming-load-test.js"*"✓ .env.test"* ]]
}

@test "a mistake for a script that this machine never runs is one all the same" {
	printf 'SSH_PORT=x\nTEST_CONCURRENT_SESSIONS=0\n' >"$TREE/.env.test"
	breaks .env.test
	[[ $LINE = *SSH_PORT*"SSH_PORT: .env.test line 1"* && $LINE = *"TEST_CONCURRENT_SESSIONS: .env.test line 2"* ]]
}

@test "an ENV_FILE that is not there" {
	ENV_FILE=$TREE/nowhere run -1 validate
	[[ $output = *"✗ nowhere: ENV_FILE names it, but there is no such file"* ]]
}

@test "a good .env.test" {
	echo VUS=5 >"$TREE/.env.test"
	run -0 validate
	[[ $output = *"✓ .env.test"* ]]
}

@test "a wrong default in .env.test.example" {
	sed -i 's/^VUS=.*/VUS=lots/' "$TREE/.env.test.example"
	breaks .env.test.example
}

@test "a dashboard as the API has it, one without uid, one with a panel that asks nothing" {
	board=$TREE/dashboards/testing.json
	cp "$board" good.json
	jq '{dashboard: .}' good.json >"$board"
	breaks dashboards/testing.json
	[[ $LINE = *'wrapped in {"dashboard"'* ]]
	jq 'del(.uid)' good.json >"$board"
	breaks dashboards/testing.json
	[[ $LINE = *"a title and a uid"* ]]
	jq '(first(.. | objects | select(.targets)) | .targets) = []' good.json >"$board"
	breaks dashboards/testing.json
	[[ $LINE = *"has no query"* ]]
}

@test "a layout of k6's web dashboard with a panel that asks nothing, and no dashboard at all" {
	layout=$TREE/scripts/k6-web-dashboard.json
	cp "$layout" good.json
	jq '(first(.. | objects | select(.series)) | .series) = []' good.json >"$layout"
	breaks scripts/k6-web-dashboard.json
	[[ $LINE = *"has no query"* ]]
	rm "$TREE"/dashboards/*.json "$layout"
	breaks dashboards
	[[ $output = *"✗ scripts/k6-web-dashboard.json: "*"the live page would have no SLOs"* ]]
}

@test "a missing program is said, and counts with CI=true" {
	without docker docker-compose
	run -0 validate
	[[ $output = *"- docker-compose.yml: not checked, "*https://docs.docker.com* ]]
	CI=true run -1 validate
}

@test "shell that only bash can read" {
	command -v dash >/dev/null || skip "no dash"
	echo 'words=(a b)' >>"$TREE/build-docker.sh"
	breaks build-docker.sh
	[[ $LINE = *yntax* ]]
}

@test "it takes no arguments" {
	run -2 "$TREE/validate-slo-setup.sh" --fast
	run -2 "$TREE/validate-slo-setup.sh" fast
	[[ $output = 'validate-slo-setup.sh: "fast" is not understood: this takes no arguments' ]]
}
