#!/bin/sh
# The front door: runs the tests, follows them, keeps their results. `./run-slo-testing.sh help` lists the commands.
set -eu
self=$0
while [ -h "$self" ]; do case $(readlink "$self") in /*) self=$(readlink "$self") ;; *) self=$(dirname "$self")/$(readlink "$self") ;; esac done
. "$(dirname "$self")/shell/find-k6.sh"
x "$@"
