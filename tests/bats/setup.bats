#!/usr/bin/env bats
# test-setup.sh: what this machine lacks for the wanted number of users, and how to get it.
bats_require_minimum_version 1.5.0
load helper

setup() {
	shared_setup
	unset VUS
	SETUP=$ROOT/test-setup.sh
}

@test "a machine that has everything" {
	run -0 "$SETUP" VUS=10
	[[ $output = "For 10 users:"*"✓ bin/k6 is built: k6 v2"*"✓ open files: 210 are needed"*"✓ memory"*"this machine can run the tests" ]]
}

@test "VUS comes from the configuration" {
	echo VUS=77 >"$ENV_FILE"
	run "$SETUP"
	[[ $output = "For 77 users:"* ]]
}

@test "too few open files" {
	ulimit -n 256
	run -1 "$SETUP" VUS=1000
	[[ $output = *"✗ open files: 1200 are needed, 256 allowed: ulimit -n 65536"* ]]
	run -0 "$SETUP" VUS=50
}

@test "memory is what was measured, and a third more" {
	run -0 "$SETUP" VUS=1000
	[[ $output = *"memory: about 400 MiB are needed"* ]]
	run "$SETUP" VUS=10000 USERS_PER_VU=10 # 480 were measured
	[[ $output = *"memory: about 644 MiB are needed"* ]]
}

@test "too few ports, too little memory" {
	run -1 "$SETUP" VUS=100000
	[[ $output = *"✗ ports for connections: "*"net.ipv4.ip_local_port_range"*"✗ memory: about "*"set VUS lower"* ]] || {
		# a machine with much memory
		[[ $output = *"✗ ports for connections: "* && $output = *"✓ memory"* ]]
	}
}

@test "no Go, which bin/k6 does not need any more" {
	without go
	run -0 "$SETUP" VUS=10
	[[ $output = *"✓ bin/k6 is built: k6 v2"*"- Go: only to build bin/k6 again: https://go.dev/dl"* ]]
}

@test "an old Go" {
	stub go 'echo go1.20.1'
	run -0 "$SETUP" VUS=10
	[[ $output = *"- Go 1.20.1: the build wants "* ]]
}

@test "no Docker: that is only for the monitoring" {
	without docker docker-compose
	run -0 "$SETUP" VUS=10
	[[ $output = *"- Docker and Compose: only for the monitoring"* ]]
}

@test "no ssh matters only with SSH_HOST" {
	without ssh
	run -0 "$SETUP" VUS=10
	run -1 "$SETUP" VUS=10 SSH_HOST=example
	[[ $output = *"✗ ssh: "*openssh-client* ]]
}

@test "a port of the monitoring that is taken" {
	"$K6" x fwhz target --api 127.0.0.1:0 --chat 127.0.0.1:0 --admin 127.0.0.1:0 --ready-file ready >/dev/null 2>&1 3>&- 4>&- &
	other=$!
	wait_until test -s ready
	run -0 "$SETUP" VUS=10 GRAFANA_URL="$(sed 's/.*"api":"\([^"]*\)".*/\1/' ready)"
	kill -TERM "$other"
	[[ $output = *"- port "*"(GRAFANA_URL): something listens there"* ]]
}

@test "a value that no test would take" {
	run -1 "$SETUP" VUS=many
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = 'test-setup.sh: VUS="many" is not allowed'*"[VUS: command line]" ]]
}

@test "a word that is no variable" {
	run -2 "$SETUP" --vus
	run -2 "$SETUP" 5000
	run -1 "$SETUP" VUZ=3
}
