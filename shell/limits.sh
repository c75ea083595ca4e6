# shellcheck shell=bash
# What the machine must allow for the wanted number of users.

# Open files that k6 needs beside one socket for each user.
FW_OTHER_FILES=200

# wanted_users TYPE
wanted_users() {
	case $1 in
	websocket-streaming | demo | load) fw VUS ;;
	comprehensive) fw TEST_CONCURRENT_SESSIONS ;;
	*) echo 1 ;;
	esac
}

# enough_files TYPE: raises this shell's limit of open files as far as it may, and fails when that is too little.
enough_files() {
	local hard need users
	users=$(wanted_users "$1")
	need=$((users + FW_OTHER_FILES))
	hard=$(ulimit -H -n)
	ulimit -S -n "$hard" 2>/dev/null || true
	hard=$(ulimit -S -n)
	[ "$hard" = unlimited ] || [ "$hard" -ge "$need" ] ||
		fail "too many open files: $users users need about $need, and this shell may open $hard: raise it with \"ulimit -n 65536\" (as root, or in /etc/security/limits.conf), or set VUS lower"
}
