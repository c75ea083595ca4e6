#!/bin/sh
# What does this machine lack for a test, and how to get it? Changes nothing.
set -eu
self=$0
while [ -h "$self" ]; do case $(readlink "$self") in /*) self=$(readlink "$self") ;; *) self=$(dirname "$self")/$(readlink "$self") ;; esac done
. "$(dirname "$self")/shell/find-k6.sh"
x setup "$@"
