# shellcheck shell=bash
# Ports and plain HTTP, with nothing but bash.

# port_taken PORT [HOST]: does something accept connections there?
port_taken() {
	# shellcheck disable=SC2016 # the inner bash expands it
	timeout 2 bash -c 'exec 3<>"/dev/tcp/$1/$2"' _ "${2:-127.0.0.1}" "$1" 2>/dev/null
}

# http_ok URL: does a GET answer 200 within 3 seconds? Only http://.
http_ok() {
	[[ $1 =~ ^http://(\[[^]]+\]|[^:/]+)(:([0-9]+))?(/.*)?$ ]] || return 1
	local host=${BASH_REMATCH[1]} port=${BASH_REMATCH[3]:-80} path=${BASH_REMATCH[4]:-/}
	host=${host#[} host=${host%]}
	# shellcheck disable=SC2016 # the inner bash expands it
	timeout 3 bash -c '
		exec 3<>"/dev/tcp/$1/$2" || exit 1
		printf "GET %s HTTP/1.0\r\nHost: %s\r\n\r\n" "$3" "$1" >&3
		IFS= read -r status <&3
		[[ $status =~ ^HTTP/[0-9.]+\ 200 ]]' _ "$host" "$port" "$path" 2>/dev/null
}
