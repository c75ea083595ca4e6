#!/bin/sh
# After a lost connection or a restart of the machine: what became of the last run, and is the monitoring there that
# should be? `./recovery.sh --help` says more.
set -eu
self=$0
while [ -h "$self" ]; do case $(readlink "$self") in /*) self=$(readlink "$self") ;; *) self=$(dirname "$self")/$(readlink "$self") ;; esac done
. "$(dirname "$self")/shell/find-k6.sh"
x recover "$@"
