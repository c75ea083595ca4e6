#!/usr/bin/env bats
# Every target of the specification exists and calls its one command.
bats_require_minimum_version 1.5.0
load helper

# calls TARGET: what make would run.
calls() { make -C "$ROOT" --no-print-directory -n "$1"; }

@test "the targets of the specification are in make help" {
	run -0 make -C "$ROOT" help
	for target in ci build test demo slo-test slo-validate docker-build docker-up docker-down setup clean help; do
		[[ $output = *"make $target "* ]]
	done
	[ "$(make -C "$ROOT" --no-print-directory)" = "$(make -C "$ROOT" --no-print-directory help)" ]
}

@test "each calls its command" {
	[[ $(make -C "$ROOT" --no-print-directory -n -B build) = *"bin/tools/xk6 build"*"--output bin/k6.new"*"mv bin/k6.new bin/k6"* ]]
	[[ $(calls slo-test) = *"./run-slo-testing.sh run-websocket"* ]]
	[[ $(calls slo-validate) = *"./validate-slo-setup.sh"* ]]
	[[ $(calls demo) = *"./run-slo-testing.sh demo"* ]]
	[[ $(calls docker-build) = *"./build-docker.sh"* ]]
	[[ $(calls docker-up) = *"./run-slo-testing.sh start-monitoring"* ]]
	[[ $(calls docker-down) = *"./run-slo-testing.sh stop-monitoring"* ]]
	[[ $(calls setup) = *"./test-setup.sh"* ]]
	[[ $(calls test) = *"tests/run"* ]]
	[[ $(calls ci) = *"./validate-slo-setup.sh"*"tests/lint"*"tests/run"* ]]
}

@test "slo-test hands on the exit code's failure" {
	copy_suite
	cp -R "$ROOT/xk6-featherweight" "$TREE/"
	printf '#!/bin/sh\necho "$@"; exit 99\n' >"$TREE/run-slo-testing.sh"
	run -2 make -C "$TREE" -o bin/k6 slo-test
	[[ $output = *run-websocket*"Error 99"* ]]
}

@test "clean removes what this project made, and nothing else" {
	copy_suite
	rm "$TREE/bin"
	mkdir -p "$TREE/bin" "$TREE/test-results/x" "$TREE/node_modules" "$TREE/tmp" "$TREE/xk6-featherweight"
	touch "$TREE/mine.log" "$TREE/.env.test" "$TREE/tmp/mine" "$TREE/xk6-featherweight/go.mod" "$TREE/xk6-featherweight/go.sum"
	before=$(cd "$TREE" && find . | sort)
	stub docker 'touch "'"$BATS_TEST_TMPDIR"'/docker-was-called"'
	make -C "$TREE" clean
	removed=$(comm -23 <(echo "$before") <(cd "$TREE" && find . | sort) | tr '\n' ' ')
	[ "$removed" = "./bin ./node_modules ./test-results ./test-results/x " ]
	[ ! -e docker-was-called ]
}
