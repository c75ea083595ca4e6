# shellcheck shell=bash
# The checks of test-setup.sh.

LACKING=0

# What one user takes, in KiB, and k6 without any, in MiB.
FW_KIB_PER_USER=900
FW_MIB_ALONE=150

has() { echo "✓ $1"; }

lacks() {
	echo "✗ $1: $2"
	LACKING=$((LACKING + 1))
}

# could WHAT HOW: something that only some things need.
could() { echo "- $1: $2"; }

machine_programs() {
	local version wanted
	if [ -x "$FW_K6" ]; then
		has "bin/k6 is built: $("$FW_K6" version 2>/dev/null | head -n 1)"
	elif ! command -v go >/dev/null; then
		lacks "Go" "it builds bin/k6: https://go.dev/dl"
	elif ! command -v make >/dev/null || ! command -v git >/dev/null; then
		lacks "make and git" "they build bin/k6: sudo apt-get install make git (macOS: xcode-select --install)"
	else
		has "bin/k6 can be built: make build"
	fi
	if command -v go >/dev/null; then
		version=$(go env GOVERSION) wanted=$(sed -n 's/^go //p' "$FW_ROOT/tools/go.mod")
		if newer "${version#go}" "$wanted"; then
			has "Go ${version#go}"
		else
			could "Go ${version#go}" "the build wants $wanted, which Go fetches by itself unless GOTOOLCHAIN=local is set"
		fi
	fi
	if find_compose && engine_answers; then
		has "Docker and Compose"
	else
		could "Docker and Compose" "only for the monitoring and the image: https://docs.docker.com/engine/install"
	fi
	if command -v ssh >/dev/null; then has "ssh"; elif [ -n "$(fw SSH_HOST)" ]; then
		lacks "ssh" "SSH_HOST is set: sudo apt-get install openssh-client"
	fi
	command -v setsid >/dev/null || could "setsid" "a detached run then lives in a process group instead of a session, which serves as well"
	command -v timeout >/dev/null || lacks "timeout" "install the GNU coreutils (macOS: brew install coreutils)"
	type -P bats shellcheck >/dev/null ||
		could "bats and shellcheck" "only to work on the suite: sudo apt-get install bats shellcheck"
	command -v node >/dev/null || could "Node.js" "only to work on the scripts: https://nodejs.org"
}

# newer A B: is version A at least B?
newer() { [ "$(printf '%s\n' "$1" "$2" | sort -V | head -n 1)" = "$2" ]; }

machine_files() {
	local hard need
	need=$(($(fw VUS) + FW_OTHER_FILES)) hard=$(ulimit -H -n)
	if [ "$hard" = unlimited ] || [ "$hard" -ge "$need" ]; then
		has "open files: $need are needed, $hard allowed"
	else
		lacks "open files: $need are needed, $hard allowed" "ulimit -n 65536 as root, or \"* hard nofile 65536\" in /etc/security/limits.conf and a new login"
	fi
}

machine_ports() {
	local low high name port
	if [ -r /proc/sys/net/ipv4/ip_local_port_range ]; then
		read -r low high </proc/sys/net/ipv4/ip_local_port_range
		if [ $((high - low)) -ge "$(fw VUS)" ]; then
			has "ports for connections: $((high - low + 1))"
		else
			lacks "ports for connections: $((high - low + 1))" "sudo sysctl net.ipv4.ip_local_port_range=\"1024 65535\""
		fi
	fi
	for name in GRAFANA_URL PROMETHEUS_URL; do
		[[ $(fw $name) =~ ^https?://(localhost|127\.0\.0\.1):([0-9]+) ]] || continue
		port=${BASH_REMATCH[2]}
		if port_taken "$port"; then
			could "port $port ($name)" "something listens there; start-monitoring needs it unless that is the monitoring"
		else
			has "port $port is free for the monitoring ($name)"
		fi
	done
}

machine_memory() {
	local need have
	need=$((FW_MIB_ALONE + $(fw VUS) * FW_KIB_PER_USER / 1024))
	have=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo 2>/dev/null) || return 0
	have=$((have / 1024))
	if [ "$have" -ge "$need" ]; then
		has "memory: about $need MiB are needed, $have available"
	else
		lacks "memory: about $need MiB are needed, $have available" "stop other programs, take a larger machine, or set VUS lower"
	fi
}

machine_cpus() {
	local have
	have=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN)
	if [ "$have" -ge 2 ]; then
		has "CPUs: $have"
	else
		could "CPUs: $have" "two or more are better: a generator that comes late makes the verdict INVALID"
	fi
}
