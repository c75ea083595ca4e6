#!/usr/bin/env bats
# The five commands at the top: they run under every POSIX shell, from anywhere, and become bin/k6.
bats_require_minimum_version 1.5.0
load helper

setup() {
	shared_setup
	unset CDPATH
	copy_suite
	rm "$TREE/bin"
	mkdir "$TREE/bin"
	K6=$TREE/bin/k6
	# Says how it was called, and leaves with an exit code of its own.
	printf '#!/bin/sh\necho "$FW_ROOT|$FW_NAME|$K6_AUTO_EXTENSION_RESOLUTION|$$|$*"\nexit 99\n' >"$K6"
	chmod +x "$K6"
	COMMANDS=(run-slo-testing.sh validate-slo-setup.sh test-setup.sh build-docker.sh recovery.sh)
}

# shells: those of this machine that could run a command, each as one line.
shells() {
	local shell
	for shell in sh dash bash "bash --posix" "busybox sh" ksh mksh yash; do
		# shellcheck disable=SC2086 # words
		! command -v ${shell%% *} >/dev/null || echo "$shell"
	done
}

# called COMMAND...: it became k6 in the suite, called by that name with those words.
called() {
	local name=$1 words=$2
	shift 2
	run -99 "$@"
	[[ $output = "$TREE|$name|false|"[0-9]*"|$words" ]] || {
		echo "$*: $output"
		return 1
	}
}

@test "each command becomes k6 x fwhz and its verb, under every shell here" {
	while read -r shell; do
		# shellcheck disable=SC2086 # words
		{
			called run-slo-testing.sh "x fwhz run-load VUS=5 a b" $shell "$TREE/run-slo-testing.sh" run-load VUS=5 "a b"
			called validate-slo-setup.sh "x fwhz validate" $shell "$TREE/validate-slo-setup.sh"
			called test-setup.sh "x fwhz setup VUS=5" $shell "$TREE/test-setup.sh" VUS=5
			called build-docker.sh "x fwhz build-image --no-cache" $shell "$TREE/build-docker.sh" --no-cache
			called recovery.sh "x fwhz recover --restart" $shell "$TREE/recovery.sh" --restart
		}
	done < <(shells)
}

@test "under every shell here they can be read, and hold nothing but POSIX" {
	while read -r shell; do
		for file in "${COMMANDS[@]}" shell/find-k6.sh; do
			# shellcheck disable=SC2086 # words
			$shell -n "$TREE/$file"
		done
	done < <(shells)
	command -v shellcheck >/dev/null || skip "no shellcheck"
	for file in "${COMMANDS[@]}"; do (cd "$TREE" && shellcheck --shell=sh -x "$file"); done
}

@test "k6 takes the process's place, so that it hears the signals" {
	run -99 sh -c 'echo "$$"; exec "$1"' _ "$TREE/run-slo-testing.sh"
	[[ ${lines[1]} = *"|${lines[0]}|"* ]]
}

@test "from any directory, whatever CDPATH says" {
	cd /
	called recovery.sh "x fwhz recover" "$TREE/recovery.sh"
	cd "$TREE"
	called recovery.sh "x fwhz recover" ./recovery.sh
	called recovery.sh "x fwhz recover" sh recovery.sh
	PATH=$TREE:$PATH called recovery.sh "x fwhz recover" recovery.sh
	cd ..
	mkdir -p elsewhere/tree/shell
	CDPATH=$PWD/elsewhere called recovery.sh "x fwhz recover" tree/recovery.sh
}

@test "through chains of links, absolute and relative ones, where readlink knows no -f" {
	stub readlink 'case $1 in -*) echo "readlink: illegal option -- ${1#-}" >&2; exit 1 ;; esac; exec '"$(command -v readlink)"' "$@"'
	mkdir -p a/b "with blanks"
	ln -s "$TREE/recovery.sh" a/b/absolute
	ln -s b/absolute a/relative
	ln -s ../a/relative "with blanks/the last"
	ln -s "$TREE" folder
	ln -s ../folder/recovery.sh a/through-a-folder
	for link in a/b/absolute a/relative "with blanks/the last" a/through-a-folder; do
		while read -r shell; do
			# shellcheck disable=SC2086 # words
			called "${link##*/}" "x fwhz recover" $shell "$link"
		done < <(shells)
		cd a
		called "${link##*/}" "x fwhz recover" "../$link"
		cd ..
	done
}

@test "where the suite lies in a folder with blanks" {
	mv "$TREE" "$BATS_TEST_TMPDIR/with  two blanks"
	TREE="$BATS_TEST_TMPDIR/with  two blanks"
	called recovery.sh "x fwhz recover" "$TREE/recovery.sh"
}

@test "bin/k6 is built when it is missing" {
	rm "$K6"
	stub go ''
	stub make 'printf "%s\n" "make $*"; mkdir -p "$2/bin"; printf "#!/bin/sh\necho built\n" >"$2/bin/k6"; chmod +x "$2/bin/k6"'
	run -0 --separate-stderr "$TREE/recovery.sh"
	[ "$output" = built ]
	[[ $stderr = *'building it with "make k6"'*"make -C $TREE k6"* ]]
}

@test "what is missing to build it is one line, and so is that it could not be built" {
	rm "$K6"
	stub go ''
	stub make 'echo "*** it does not compile"; exit 2'
	run -1 "$TREE/test-setup.sh"
	[[ ${lines[-2]} = "*** it does not compile" ]]
	[[ ${lines[-1]} = 'test-setup.sh: bin/k6 could not be built: the lines above say why; "make k6" tries again' ]]
	without make
	run -1 "$TREE/test-setup.sh"
	[[ ${lines[-1]} = "test-setup.sh: bin/k6 is missing, and so is make to build it: install make and run make k6" ]]
	without go
	run -1 "$TREE/test-setup.sh"
	[[ ${lines[-1]} = "test-setup.sh: bin/k6 is missing, and so is Go to build it: install Go (https://go.dev/dl) and run make k6" ]]
}
