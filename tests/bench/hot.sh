#!/usr/bin/env bash
# The hot paths alone, HOT_COUNT (8) times each, beside the last time that this was called in this checkout: make bench-hot.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
[ ! -f bin/bench-hot.txt ] || mv bin/bench-hot.txt bin/bench-hot-before.txt
(cd xk6-featherweight && go test -run '^$' -bench 'Turn|ParseEvent|Read' -benchtime "${HOT_TIME:-1s}" -count "${HOT_COUNT:-8}" ./internal/chat ./internal/arrival) >bin/bench-hot.new ||
	{ cat bin/bench-hot.new >&2 && exit 1; }
mv bin/bench-hot.new bin/bench-hot.txt # whole or not there
before=()
[ ! -f bin/bench-hot-before.txt ] || before=(bin/bench-hot-before.txt)
bin/tools/benchstat "${before[@]}" bin/bench-hot.txt
