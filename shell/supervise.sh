# shellcheck shell=bash
# A run lives in a session of its own, so that it survives the terminal, the SSH connection and the shell that started
# it. Its supervisor starts the test, waits, and writes down how it ended. Whoever wants to see it follows its log.

# start_supervised DIR COMMAND...: returns when the supervisor is there.
start_supervised() {
	local dir=$1 tries=0
	local -a apart=()
	if command -v setsid >/dev/null; then apart=(setsid); else set -m; fi # without setsid: a process group, deaf to SIGHUP
	( # neither it nor the test hears the terminal go, or holds the pipes of whoever called
		trap '' HUP
		exec "${apart[@]}" "$BASH" "$FW_ROOT/run-slo-testing.sh" _supervise "$@" 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
	) </dev/null >>"$dir/k6.log" 2>&1 &
	set +m
	disown
	# shellcheck disable=SC2034 # abandon_run reads it
	HANDED_OVER=yes
	until [ -n "$(state_get "$dir" supervisor)" ]; do
		tries=$((tries + 1))
		[ "$tries" -le 200 ] || fail "the run could not be started within 20 seconds: $dir/k6.log may say why"
		sleep 0.1
	done
}

# _supervise DIR COMMAND...: runs the test, in its own session.
supervise() {
	local dir=$1 code pid signalled=yes
	shift
	trap 'signalled=yes; kill -TERM "$pid" 2>/dev/null || true' TERM
	state_set "$dir" "supervisor=$(identity $$)"
	FW_RUN_DIR=$dir "$@" &
	pid=$!
	state_set "$dir" "k6=$(identity "$pid")" phase=running
	while [ -n "$signalled" ]; do # a signal ends the wait, not the test
		signalled="" code=0
		wait "$pid" || code=$?
	done
	state_set "$dir" phase=finishing "exit_code=$code"
	after_run "$dir" "$code" || true
	state_set "$dir" phase=finished "ended=$(now)"
	forget_when_seen "$dir"
}

# forget_when_seen DIR: a run whose results are not kept goes away once its follower has shown it, or is gone itself.
forget_when_seen() {
	local follower
	follower=$(state_get "$1" follower)
	[ -n "$follower" ] || return 0
	while lives "$follower"; do sleep 0.2; done
	rm -rf "$1"
}

# after_run DIR EXIT-CODE: what follows the test, whoever is still looking.
after_run() {
	make_copies "$1"
	[ "$2" -eq 0 ] || roll_back_after "$1" "$2"
}

# make_copies DIR: what wanted_copies has put into FW_COPIES.
make_copies() {
	local file to
	while IFS=$'\t' read -r file to; do
		if [ -n "$file" ] && [ -f "$1/$file" ]; then
			cp "$1/$file" "$to" || warn "$file could not be copied to $to"
		fi
	done <<<"${FW_COPIES:-}"
}
