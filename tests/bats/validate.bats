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

@test "a script that does not parse" {
	echo 'export const options = {' >>"$TREE/scripts/load-test.js"
	breaks scripts/load-test.js
	[[ $LINE = *"nexpected"* ]]
}

@test "a script whose library is broken" {
	echo 'export const x = ;' >>"$TREE/scripts/lib/thresholds.js"
	breaks scripts/websocket-streaming-load-test.js
}

@test "a script that is missing" {
	rm "$TREE/scripts/health-check.js"
	breaks scripts/health-check.js
	[[ $LINE = *"git checkout scripts" ]]
}

@test "a shell part that does not parse" {
	echo 'if true; then' >>"$TREE/recovery.sh"
	breaks recovery.sh
	[[ $LINE = *"syntax error"* ]]
}

@test "a command that is not executable" {
	chmod -x "$TREE/recovery.sh"
	breaks recovery.sh
}

@test "a name in .env.test that nobody knows, with its line" {
	printf 'VUS=5\nVUZ=5\n' >"$TREE/.env.test"
	breaks .env.test
	[[ $LINE = *".env.test line 2: there is no variable VUZ; did you mean VUS?"* ]]
}

@test "a value in .env.test that a script refuses, with its line" {
	printf '\nDURATION=soon\n' >"$TREE/.env.test"
	breaks .env.test
	[[ $LINE = *'DURATION="soon" is not allowed'*".env.test line 2"* ]]
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

@test "a rule with a wrong expression" {
	[ -x "$ROOT/bin/tools/promtool" ] || skip "promtool is not built: tools/monitoring/build.sh promtool"
	sed -i '0,/expr: .*/s//expr: rate(/' "$TREE/alerting-rules.yml"
	breaks alerting-rules.yml
}

@test "a recording rule with a wrong expression" {
	[ -x "$ROOT/bin/tools/promtool" ] || skip "promtool is not built: tools/monitoring/build.sh promtool"
	sed -i '0,/expr: .*/s//expr: sum by/' "$TREE/recording-rules.yml"
	breaks recording-rules.yml
}

@test "a prometheus.yml with an unknown key" {
	[ -x "$ROOT/bin/tools/promtool" ] || skip "promtool is not built: tools/monitoring/build.sh promtool"
	echo 'scrape_confgis: []' >>"$TREE/prometheus.yml"
	breaks prometheus.yml
}

@test "a dashboard that is no JSON" {
	echo '}' >>"$TREE/dashboards/testing.json"
	breaks dashboards/testing.json
	[[ $LINE = *"this is not JSON"* ]]
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

@test "no dashboard at all" {
	rm "$TREE"/dashboards/*.json
	breaks dashboards
}

@test "a compose file that does not parse" {
	printf 'services:\n  broken: [\n' >"$TREE/docker-compose.yml"
	breaks docker-compose.yml
}

@test "a missing program is said, and counts with CI=true" {
	without docker docker-compose
	run -0 validate
	[[ $output = *"- docker-compose.yml: not checked, "*https://docs.docker.com* ]]
	CI=true run -1 validate
}

@test "it takes no arguments" {
	run -2 "$TREE/validate-slo-setup.sh" --fast
}
