#!/usr/bin/env bash
# Builds prometheus, promtool and alertmanager, at the versions of go.mod, into bin/tools. It takes minutes at first, then
# nothing. With words, only those: tools/monitoring/build.sh promtool
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$here/../../bin/tools
stamp=$(cksum "$here/go.sum" "${BASH_SOURCE[0]}" | cut -d ' ' -f 1,2)
# -trimpath, so that the compiler's cache is shared with other builds of these modules, wherever they are made.
export GOFLAGS="-buildvcs=false -trimpath" CGO_ENABLED=0

build() {
	case $1 in
	# Most service discoveries are left out: of them only files are used.
	prometheus | promtool) go -C "$here" build -tags=remove_all_sd,enable_dns_sd -o "$bin/$1.new" "github.com/prometheus/prometheus/cmd/$1" ;;
	alertmanager) build_alertmanager ;;
	*)
		echo "tools/monitoring/build.sh: \"$1\" is none of prometheus, promtool, alertmanager" >&2
		exit 2
		;;
	esac
	mv "$bin/$1.new" "$bin/$1"
	echo "$stamp" >"$bin/.$1.built-from"
}

# The module of Alertmanager embeds a web interface that it does not hold: a copy with an empty page takes its place. It
# does not build with the newer libraries of Prometheus, so it brings its own go.sum.
build_alertmanager() {
	local copy
	copy=$(mktemp -d)
	# shellcheck disable=SC2064 # this directory
	trap "rm -rf '$copy'" EXIT
	cp -R "$(go -C "$here" list -m -f '{{.Dir}}' github.com/prometheus/alertmanager)/." "$copy"
	chmod -R u+w "$copy"
	mkdir -p "$copy/ui/app/dist"
	: >"$copy/ui/app/dist/index.html"
	go -C "$copy" build -o "$bin/alertmanager.new" ./cmd/alertmanager
}

mkdir -p "$bin"
[ $# -gt 0 ] || set -- promtool prometheus alertmanager
for name; do
	if [ ! -x "$bin/$name" ] || [ "$(cat "$bin/.$name.built-from" 2>/dev/null)" != "$stamp" ]; then build "$name"; fi
done
