#!/bin/sh
# Builds the image fw-k6:latest. Arguments are handed on to docker build: ./build-docker.sh --no-cache
set -eu
self=$0
while [ -h "$self" ]; do case $(readlink "$self") in /*) self=$(readlink "$self") ;; *) self=$(dirname "$self")/$(readlink "$self") ;; esac done
. "$(dirname "$self")/shell/find-k6.sh"
# Without Go there is no bin/k6 that could do it, and Docker needs neither.
[ -x "$k6" ] || command -v go >/dev/null || exec docker build --tag fw-k6:latest "$@" "$FW_ROOT"

x build-image "$@"
