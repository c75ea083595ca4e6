#!/usr/bin/env bash
# Builds the image fw-k6:latest. Arguments are handed on to docker build: ./build-docker.sh --no-cache
set -euo pipefail

# shellcheck source=shell/load.sh
source "$(dirname "${BASH_SOURCE[0]}")/shell/load.sh"

need_engine
version=$(git -C "$FW_ROOT" describe --tags --always --dirty 2>/dev/null) || version=unknown
revision=$(git -C "$FW_ROOT" rev-parse HEAD 2>/dev/null) || revision=unknown

docker build --tag fw-k6:latest --build-arg "VERSION=$version" --build-arg "REVISION=$revision" "$@" "$FW_ROOT" ||
	fail "the image could not be built: the lines above say why"
size=$(docker image inspect --format '{{.Size}}' fw-k6:latest)
echo "fw-k6:latest is built, $((size / 1000000)) MB; docker run --rm --network host fw-k6:latest runs the main test"
