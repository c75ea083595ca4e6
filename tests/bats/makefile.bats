#!/usr/bin/env bats
# Every target of the specification exists and calls its one command.
bats_require_minimum_version 1.5.0
load helper

# calls TARGET: what make would run.
calls() { make -C "$ROOT" --no-print-directory -n "$1"; }

@test "the targets of the specification are in make help" {
	run -0 make -C "$ROOT" help
	for target in ci build k6 test trust demo slo-test slo-validate docker-build docker-up docker-down setup clean help; do
		[[ $output = *"make $target "* ]]
	done
	[ "$(make -C "$ROOT" --no-print-directory)" = "$(make -C "$ROOT" --no-print-directory help)" ]
}

@test "each calls its command" {
	[[ $(make -C "$ROOT" --no-print-directory -n -B k6) = *"bin/tools/xk6 build"*"--output bin/k6.new"*"mv bin/k6.new bin/k6"* ]]
	[[ $(calls slo-test) = *"./run-slo-testing.sh run-websocket"* ]]
	[[ $(calls slo-validate) = *"./validate-slo-setup.sh"* ]]
	[[ $(calls demo) = *"./run-slo-testing.sh demo"* ]]
	[[ $(calls build) = *"./build-docker.sh"* && $(calls docker-build) = *"./build-docker.sh"* ]]
	[[ $(calls docker-up) = *"./run-slo-testing.sh start-monitoring"* ]]
	[[ $(calls docker-down) = *"./run-slo-testing.sh stop-monitoring"* ]]
	[[ $(calls setup) = *"./test-setup.sh"* ]]
	[[ $(calls test) = *"tests/run"* ]]
	[[ $(calls trust) = *"tests/trust/run"* ]]
	[[ $(calls ci) = *"./validate-slo-setup.sh"*"tests/lint"*"tests/run"* ]]
}

@test "slo-test hands on the exit code's failure" {
	copy_suite
	cp -R "$ROOT/xk6-featherweight" "$TREE/"
	printf '#!/bin/sh\necho "$@"; exit 99\n' >"$TREE/run-slo-testing.sh"
	run -2 make -C "$TREE" -o bin/k6 slo-test
	[[ $output = *run-websocket*"Error 99"* ]]
}

@test "build without a Docker Engine is one line that names make k6" {
	stub docker 'echo "Cannot connect to the Docker daemon" >&2; exit 1'
	run -2 make -C "$ROOT" --no-print-directory build
	[[ ${lines[0]} = *"no Docker Engine answers here; make k6 builds bin/k6 without one" ]]
	[[ ${lines[1]} = "make: *** "*"Error 1" && ${#lines[@]} -eq 2 ]]
	without docker podman
	run -2 make -C "$ROOT" --no-print-directory build
	[[ ${lines[0]} = *"make k6 builds bin/k6"* && ${#lines[@]} -eq 2 ]]
}

@test "build builds the image" {
	copy_suite
	printf '#!/bin/sh\necho "image built"\n' >"$TREE/build-docker.sh"
	cp -R "$ROOT/xk6-featherweight" "$TREE/"
	stub docker ''
	[ "$(make -C "$TREE" --no-print-directory build)" = "image built" ]
}

# suite_to_clean: a copy with everything that somebody may have in it.
suite_to_clean() {
	copy_suite
	rm "$TREE/bin"
	mkdir -p "$TREE/bin" "$TREE/test-results/x" "$TREE/scripts/node_modules" "$TREE/tmp" "$TREE/xk6-featherweight"
	touch "$TREE/mine.log" "$TREE/.env.test" "$TREE/tmp/mine" "$TREE/xk6-featherweight/go.mod" "$TREE/xk6-featherweight/go.sum"
}

@test "clean removes what this project made, and nothing else" {
	suite_to_clean
	before=$(cd "$TREE" && find . | sort)
	run -0 make -C "$TREE" clean
	removed=$(comm -23 <(echo "$before") <(cd "$TREE" && find . | sort) | tr '\n' ' ')
	[ "$removed" = "./bin ./scripts/node_modules ./test-results ./test-results/x " ]
}

@test "clean removes containers, network and image in Docker, and data only when asked" {
	suite_to_clean
	export CALLS=$BATS_TEST_TMPDIR/calls
	stub docker 'case $1-$2 in ps-* | *-ls) echo "$1-id" ;; info-*) ;; *) echo "$*" >>"$CALLS" ;; esac'
	ln -s "$K6" "$TREE/bin/k6"
	run -0 make -C "$TREE" clean
	[ "$(cat "$CALLS")" = $'rm --force ps-id\nnetwork rm network-id\nimage rm fw-k6:latest' ]
	[ ! -e "$TREE/bin" ]
	mkdir "$TREE/bin" && ln -s "$K6" "$TREE/bin/k6"
	run -0 make -C "$TREE" clean VOLUMES=1
	[ "$(tail -n 1 "$CALLS")" = "volume rm volume-id" ]
}

@test "clean works without Docker" {
	suite_to_clean
	ln -s "$K6" "$TREE/bin/k6"
	without docker podman
	run -0 make -C "$TREE" clean
	[[ $output = *"no Docker engine answers here: nothing was removed there"* ]]
	[ ! -e "$TREE/bin" ]
}
