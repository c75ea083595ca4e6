#!/bin/sh
# Is everything in this folder whole? Each file is read with the program that will read it; nothing is started.
set -eu
self=$0
while [ -h "$self" ]; do case $(readlink "$self") in /*) self=$(readlink "$self") ;; *) self=$(dirname "$self")/$(readlink "$self") ;; esac done
. "$(dirname "$self")/shell/find-k6.sh"
x validate "$@"
