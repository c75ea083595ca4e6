# shellcheck shell=bash
# SSH to the machine that SSH_HOST names, and the suite's copy there. Every connection stands alone: none of them asks a
# question, and any may be lost.

# ssh_to HOST USER PORT KEY DIR: from now on, there means that machine, and that directory on it.
ssh_to() {
	SSH_WORDS=(ssh -o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5 -o ServerAliveCountMax=3 -p "$3")
	if [ -n "$4" ]; then
		[ -r "$4" ] || fail "SSH_KEY_PATH=$4 cannot be read: it must be the file of a private key"
		SSH_WORDS+=(-i "$4" -o IdentitiesOnly=yes)
	fi
	SSH_WORDS+=("${2:+$2@}$1")
	SSH_THERE=$5
}

# ssh_by_config: as SSH_HOST and its like say.
ssh_by_config() { ssh_to "$(fw SSH_HOST)" "$(fw SSH_USER)" "$(fw SSH_PORT)" "$(fw_path SSH_KEY_PATH)" "$(fw SSH_DIR)"; }

# ssh_by_state DIR: as a run's folder says.
ssh_by_state() {
	ssh_to "$(state_get "$1" host)" "$(state_get "$1" ssh_user)" "$(state_get "$1" ssh_port)" \
		"$(state_get "$1" ssh_key)" "$(state_get "$1" ssh_dir)"
}

# there WORD...: runs ./run-slo-testing.sh WORD... on the other machine.
there() { there_reading "$@" </dev/null; }

# there_reading WORD...: likewise, with this standard input.
there_reading() { "${SSH_WORDS[@]}" "cd $(printf '%q' "$SSH_THERE") && bash ./run-slo-testing.sh$(printf ' %q' "$@")"; }

# ssh_problem FILE: what ssh said, and what to do about it.
ssh_problem() {
	local said
	said=$(tail -n 1 "$1" | tr -d '\r')
	case $said in
	*"Host key verification failed"*) said+=": connect once by hand to accept its key: ${SSH_WORDS[*]:0:1} ${SSH_WORDS[*]: -1}" ;;
	*"Permission denied"*) said+=": SSH_USER and SSH_KEY_PATH must name a user and a key that may log in there without a password" ;;
	*"Could not resolve"*) said+=": is SSH_HOST right?" ;;
	*"refused"* | *"timed out"* | *"No route"*) said+=": is the machine up, and is SSH_PORT right?" ;;
	esac
	printf '%s' "${said:-ssh said nothing}"
}

# send_suite: brings what a test needs to the other machine. The binary is sent only when another one is there.
send_suite() {
	local here answer errors files=(run-slo-testing.sh recovery.sh shell scripts .env.test.example)
	errors=$(mktemp)
	answer=$("${SSH_WORDS[@]}" "uname -sm && mkdir -p $(printf '%q' "$SSH_THERE/bin") && cd $(printf '%q' "$SSH_THERE") && { cksum <bin/k6 2>/dev/null || echo none; }" 2>"$errors") || {
		answer=$(ssh_problem "$errors")
		rm -f "$errors"
		fail "SSH to ${SSH_WORDS[*]: -1} port $(fw SSH_PORT) does not work: $answer"
	}
	here=$(uname -sm)
	[ "${answer%%$'\n'*}" = "$here" ] ||
		fail "${SSH_WORDS[*]: -1} is ${answer%%$'\n'*}, and bin/k6 is for $here: build the suite there, or run from a machine like it"
	[ "${answer##*$'\n'}" = "$(cksum <"$FW_K6")" ] || files+=(bin/k6)
	[ ! -f "$FW_ROOT/$FW_DASHBOARD" ] || files+=("$FW_DASHBOARD")
	note "sending the suite to ${SSH_WORDS[*]: -1}:$SSH_THERE"
	tar -C "$FW_ROOT" -cf - "${files[@]}" | gzip -1 | "${SSH_WORDS[@]}" "tar -C $(printf '%q' "$SSH_THERE") -xzf -" 2>"$errors" || {
		answer=$(ssh_problem "$errors")
		rm -f "$errors"
		fail "the suite could not be copied to ${SSH_WORDS[*]: -1}:$SSH_THERE: $answer"
	}
	rm -f "$errors"
}
