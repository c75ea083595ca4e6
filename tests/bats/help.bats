#!/usr/bin/env bats
# The front door: commands, words, where it can be called from.
bats_require_minimum_version 1.5.0
load helper

setup() {
	shared_setup
	unset PROMETHEUS_URL GRAFANA_URL
}

@test "without arguments it prints the help and exits with 2" {
	run -2 --separate-stderr "$SLO"
	[ -z "$output" ]
	[[ $stderr = usage:* ]]
}

@test "help prints every command of the specification, and exits with 0" {
	run -0 "$SLO" help
	for command in run-websocket run-comprehensive run-health start-monitoring stop-monitoring dashboard-url prometheus-url \
		run-load run-custom demo config status logs attach cancel rollback help; do
		[[ $output = *"  $command "* || $output = *"  $command"$'\n'* ]] || {
			echo "$command is not in the help"
			return 1
		}
	done
}

@test "every command that the help lists exists, and says more of itself" {
	commands=$("$SLO" help | sed -n 's/^  \([a-z-]*\) .*/\1/p')
	[ "$(wc -l <<<"$commands")" -ge 17 ]
	while read -r command; do
		run -0 "$SLO" "$command" --help
		[[ $output = *"usage: ./run-slo-testing.sh $command"* ]]
	done <<<"$commands"
}

@test "an unknown command is one line and exit code 2" {
	run -2 "$SLO" run-websockets
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = *'no command "run-websockets"'* ]]
}

@test "an unknown option is one line that says what is allowed" {
	run -2 "$SLO" run-websocket --vus 5
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = *'"--vus"'*NAME=value*--detach* ]]
}

@test "it works from any directory and through a link" {
	cd /
	run -0 "$SLO" prometheus-url
	[ "$output" = http://localhost:9090 ]
	cd "$ROOT"
	run -0 ./run-slo-testing.sh prometheus-url
	ln -s "$SLO" "$BATS_TEST_TMPDIR/link"
	run -0 "$BATS_TEST_TMPDIR/link" prometheus-url
	[ "$output" = http://localhost:9090 ]
}

@test "dashboard-url follows GRAFANA_URL" {
	run -0 "$SLO" dashboard-url
	[ "$output" = http://localhost:3001/d/testing/flappyjournal-slo-testing-dashboard ]
	run -0 "$SLO" dashboard-url GRAFANA_URL=http://grafana.example:3000
	[[ $output = http://grafana.example:3000/d/testing/* ]]
}
