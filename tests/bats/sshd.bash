# A real sshd on the loopback, with its own keys. Only "ssh" is wrapped, so that it reads this test's configuration
# instead of the user's. "There" is a folder of this machine, in which the binary is already, as after a first run, and its home is
# one of the test: what shells do at their start on this machine, which may be seconds for each call, is not what is tested.

setup_file() {
	PATH=$PATH:/usr/sbin command -v sshd >/dev/null || skip "there is no sshd: apt-get install openssh-server"
	start_target
	start_sshd
	mkdir -p "$BATS_FILE_TMPDIR/there/bin"
	cp "$K6" "$BATS_FILE_TMPDIR/there/bin/k6"
}

teardown_file() {
	[ ! -f "$BATS_FILE_TMPDIR/sshd.pid" ] || kill "$(cat "$BATS_FILE_TMPDIR/sshd.pid")"
	stop_target
}

start_sshd() {
	local dir=$BATS_FILE_TMPDIR
	ssh-keygen -q -t ed25519 -N '' -f "$dir/host_key"
	ssh-keygen -q -t ed25519 -N '' -f "$dir/key"
	ssh-keygen -q -t ed25519 -N '' -f "$dir/stranger"
	[ "$(id -u)" -ne 0 ] || mkdir -p /run/sshd
	mkdir "$dir/home"
	until [ -s "$dir/sshd.pid" ]; do # somebody may take the port first
		SSH_PORT=$(free_port)
		cat >"$dir/sshd_config" <<-CONF
			Port $SSH_PORT
			ListenAddress 127.0.0.1
			HostKey $dir/host_key
			PidFile $dir/sshd.pid
			AuthorizedKeysFile $dir/key.pub
			PasswordAuthentication no
			KbdInteractiveAuthentication no
			StrictModes no
			UsePAM no
			SetEnv HOME=$dir/home
		CONF
		run_sshd
	done
	printf '[127.0.0.1]:%s %s\n' "$SSH_PORT" "$(cut -d ' ' -f 1,2 "$dir/host_key.pub")" >"$dir/known_hosts"
	printf 'Host *\n  UserKnownHostsFile %s\n  GlobalKnownHostsFile /dev/null\n  IdentityAgent none\n' "$dir/known_hosts" >"$dir/ssh_config"
	mkdir "$dir/bin"
	printf '#!/bin/sh\nexec %s -F %s "$@"\n' "$(command -v ssh)" "$dir/ssh_config" >"$dir/bin/ssh"
	chmod +x "$dir/bin/ssh"
	PATH=$dir/bin:$PATH
	export PATH SSH_PORT
}

# run_sshd: on its port; returns when it listens there or has given up.
run_sshd() {
	local dir=$BATS_FILE_TMPDIR pid
	"$(PATH=$PATH:/usr/sbin command -v sshd)" -D -f "$dir/sshd_config" -E "$dir/sshd.log" </dev/null 3>&- 4>&- &
	pid=$!
	disown "$pid" # bash would tell of its end
	listens_or_gone() { [ -s "$dir/sshd.pid" ] || gone "$pid"; }
	wait_until listens_or_gone
}

setup() { ssh_setup; }

ssh_setup() {
	local port=$SSH_PORT
	shared_setup
	export SSH_PORT=$port SSH_HOST=127.0.0.1 SSH_KEY_PATH=$BATS_FILE_TMPDIR/key SSH_DIR=$BATS_FILE_TMPDIR/there
	THERE=$SSH_DIR/test-results
}

teardown() {
	tell
	stop_runs
	RESULTS=$THERE stop_runs
}

# cut_connections: kills the processes that serve one, those of our sshd alone. Fails where there is none.
cut_connections() {
	local file stat sshd cut=1
	sshd=$(cat "$BATS_FILE_TMPDIR/sshd.pid")
	for file in /proc/[0-9]*/stat; do
		{ read -r stat <"$file"; } 2>/dev/null || continue
		[[ ${stat##*) } = ?" $sshd "* ]] || continue # the name of the command, in front, may hold anything
		! kill -KILL "${stat%% *}" 2>/dev/null || cut=0
	done
	return "$cut"
}

# end_there: the run there is stopped, as Ctrl-C would.
end_there() {
	local k6
	read -r k6 _ < <(sed -n 's/^k6=//p' "$THERE/latest/run.state")
	kill -INT "$k6"
}

same_log() { # but for what the copying says itself
	diff <(grep -v '^the connection to ' "$RESULTS/latest/k6.log" | tr -d '\n') <(tr -d '\n' <"$THERE/latest/k6.log")
}
