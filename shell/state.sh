# shellcheck shell=bash
# What is known of a run: the file run.state in its folder, lines of name=value, replaced as a whole so that a reader
# never sees half of it. Processes are known by id and start time, so that a reused id is not taken for the run.
#
#   id type started      the run
#   phase                starting, running, finishing, finished
#   supervisor, k6       "<pid> <start>" of the processes
#   follower             the terminal that waits for it, when the folder is to go away with it
#   exit_code ended      when finished
#   host ssh_...         when it runs on another machine

# state_set DIR name=value...
state_set() {
	local dir=$1 new=$1/run.state.$BASHPID word line lines=()
	shift
	if [ -f "$dir/run.state" ]; then
		while IFS= read -r line; do
			for word in "$@"; do
				[ "${line%%=*}" != "${word%%=*}" ] || continue 2
			done
			lines+=("$line")
		done <"$dir/run.state"
	fi
	printf '%s\n' "${lines[@]}" "$@" | sed '/^$/d' >"$new"
	mv -f "$new" "$dir/run.state"
}

# state_read DIR: fills STATE. Nothing here starts a process, for a run is looked at while it makes load.
state_read() {
	local line
	declare -gA STATE=()
	[ -f "$1/run.state" ] || return 0
	while IFS= read -r line; do STATE[${line%%=*}]=${line#*=}; done <"$1/run.state"
}

# state_get DIR name: prints the value; nothing when there is none.
state_get() {
	state_read "$1"
	printf '%s' "${STATE[$2]:-}"
}

now() { date -u +%Y-%m-%dT%H:%M:%SZ; }

# identify PID: puts "<pid> <start time>" into IDENTITY; fails when there is no such process, or only its remains.
identify() {
	local stat fields
	IDENTITY=""
	if [ -d /proc/self ]; then
		{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
		read -r -a fields <<<"${stat##*) }" # the name of the command, in front, may hold anything
		[ "${fields[0]}" != Z ] || return 1
		IDENTITY="$1 ${fields[19]}"
	else
		stat=$(ps -o lstart= -p "$1" 2>/dev/null) || return 1
		IDENTITY="$1 ${stat// /_}"
	fi
}

# identity PID: prints it.
identity() { identify "$1" && printf '%s' "$IDENTITY"; }

# lives IDENTITY: is it still that process?
lives() { [ -n "$1" ] && identify "${1%% *}" && [ "$IDENTITY" = "$1" ]; }

# run_lives DIR: is the run not over? A k6 that has lost its supervisor still makes load.
run_lives() {
	state_read "$1"
	[ "${STATE[phase]:-}" != finished ] || return 1
	lives "${STATE[supervisor]:-}" || lives "${STATE[k6]:-}"
}

# exit_code_of DIR: the run's own; 1 when it ended without one.
exit_code_of() {
	state_read "$1"
	printf '%s' "${STATE[exit_code]:-1}"
}
