# shellcheck shell=sh
# What the commands at the top share: finds bin/k6, builds it when it is missing, and becomes it. Sourced with the
# caller's own path in $self, links followed: not every readlink knows -f.
# shellcheck disable=SC2154 # self is the caller's

FW_ROOT=$(CDPATH="" && cd -P "$(dirname "$self")" && pwd)
FW_NAME=$(basename "$0")
# A binary without the extension is an error, not a download, and no call asks the network for a catalogue.
K6_AUTO_EXTENSION_RESOLUTION=false
export FW_ROOT FW_NAME K6_AUTO_EXTENSION_RESOLUTION

k6=$FW_ROOT/bin/k6
[ -x "$k6" ] || k6=$FW_ROOT/bin/k6.exe

lack() {
	echo "$FW_NAME: bin/k6 is missing, and so is $1 to build it: install $2 and run make k6" >&2
	exit 1
}

# x WORD...: k6 x fwhz WORD..., in this process's place.
x() {
	if [ ! -x "$k6" ]; then
		echo "bin/k6 is not there yet: building it with \"make k6\", which takes a few minutes the first time" >&2
		command -v go >/dev/null || lack Go "Go (https://go.dev/dl)"
		command -v make >/dev/null || lack make make
		make -C "$FW_ROOT" k6 >&2 || {
			echo "$FW_NAME: bin/k6 could not be built: the lines above say why; \"make k6\" tries again" >&2
			exit 1
		}
		k6=$FW_ROOT/bin/k6
	fi
	export FW_K6="$k6"
	exec "$k6" x fwhz "$@"
}
