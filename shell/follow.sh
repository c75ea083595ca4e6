# shellcheck shell=bash
# Shows the log of a run as it grows. k6 writes its progress every second: on a terminal it is one line that changes,
# elsewhere one line in ten seconds; the file has it all.

# follow DIR [only-watching]: shows everything until the run is over. Ctrl-C and SIGTERM stop the run, which is followed
# to its end; with only-watching they end the watching alone.
follow() {
	local dir=$1 line part="" over="" at_tty="" progress="" shown=-10 blank=0
	[ ! -t 1 ] || at_tty=yes
	FOLLOWED=$dir SIGNALS=0
	if [ -z "${2:-}" ]; then
		trap 'stop_followed INT' INT
		trap 'stop_followed TERM' TERM
	else
		# Without a trap bash goes on when the signal finds it between two sleeps: it thinks that sleep has dealt with it.
		trap 'unprogress; exit 130' INT
		trap 'unprogress; exit 143' TERM
	fi
	while :; do
		while IFS= read -r line || { part+=$line && false; }; do
			show_line "$part$line"
			part=""
		done
		[ -z "$over" ] || break
		if run_lives "$dir"; then sleep 0.5 || true; else over=yes; fi # once more, for what came last
	done <"$dir/k6.log"
	[ -z "$part" ] || show_line "$part"
	unprogress
	trap - INT TERM
	[ "$(state_get "$dir" phase)" = finished ] ||
		fail "the run $(state_get "$dir" id) ended without a result: its process is gone (killed, or the machine restarted); $dir/k6.log has what it wrote"
}

# stop_followed SIGNAL: k6 ends gracefully on the first signal and at once on the second.
stop_followed() {
	SIGNALS=$((SIGNALS + 1))
	if [ "$SIGNALS" -eq 1 ]; then
		note "stopping the test; once more to stop it at once"
	fi
	signal_run "$FOLLOWED" "$1" || true
}

# show_line LINE: one of k6's frames of progress is a blank line, "running (...)" and a bar for each scenario.
show_line() {
	local line=$1
	if [ -z "$line" ]; then
		blank=$((blank + 1))
		return 0
	elif [[ $line =~ ^running\ \( ]]; then
		blank=0
		if [ -n "$at_tty" ]; then
			printf '\r\033[K%s' "$line"
			progress=yes
		elif [ $((SECONDS - shown)) -ge 10 ]; then
			printf '%s\n' "$line"
			shown=$SECONDS
		fi
		return 0
	elif [[ $line =~ ^[A-Za-z0-9_-]+\ .*\[\ *([0-9]+%|-+)\ *\] ]]; then
		return 0
	fi
	unprogress
	while [ "$blank" -gt 0 ]; do
		echo
		blank=$((blank - 1))
	done
	case $line in
	time=\"*) printf '%s\n' "$line" >&2 ;;
	*) painted "$line" ;;
	esac
}

# painted LINE: k6 writes into a file and so without colours; on a terminal marks and verdicts have them.
painted() {
	local colour="" head=${1%%  *}
	case $head in # no [✓✗?], which are bytes to the C locale
	"✓ "* | "✗ "* | "? "*) head=${head%% *} ;;
	esac
	case $head in
	✓ | "VERDICT: PASS" | "HEALTH: OK") colour=32 ;;
	✗ | "VERDICT: FAIL" | "HEALTH: DOWN") colour=31 ;;
	\? | "VERDICT: INVALID") colour=33 ;;
	esac
	if [ -n "$colour" ] && [ -n "$at_tty" ] && [ -z "${NO_COLOR+set}${K6_NO_COLOR:-}" ]; then
		printf '\033[%sm%s\033[0m%s\n' "$colour" "$head" "${1#"$head"}"
	else
		printf '%s\n' "$1"
	fi
}

# unprogress: takes the progress from the terminal.
unprogress() {
	[ -z "$progress" ] || printf '\r\033[K'
	progress=""
}
