# The load generator: k6 with the extension, which picks one of the scripts, and the reference server. make build builds it.
ARG GO_IMAGE=docker.io/library/golang:1.26.8
ARG BASE_IMAGE=gcr.io/distroless/static-debian12:debug-nonroot

# Go builds for another processor without being run by one: only the last stage is of the platform that was asked for. A builder that
# knows no platforms (the classic one) builds for its own.
FROM --platform=${BUILDPLATFORM:-linux} ${GO_IMAGE} AS build
WORKDIR /src
ENV CGO_ENABLED=0 GOTOOLCHAIN=local GOFLAGS=-buildvcs=false
ARG GOPROXY=https://proxy.golang.org,direct
# k6 without our own source first: while the versions stay, a change of ours compiles only ours.
COPY tools/go.mod tools/go.sum tools/
RUN go build -C tools -o /src/bin/tools/xk6 go.k6.io/xk6/cmd/xk6
ARG TARGETARCH
COPY xk6-featherweight/go.mod xk6-featherweight/go.sum xk6-featherweight/
RUN env ${TARGETARCH:+GOARCH=$TARGETARCH} bin/tools/xk6 build "$(sed -n 's/.*go\.k6\.io\/k6\/v2 \(v[^ ]*\).*/\1/p' xk6-featherweight/go.mod)" --output /tmp/k6 && rm /tmp/k6
COPY Makefile ./
COPY xk6-featherweight xk6-featherweight/
COPY reference reference/
RUN env ${TARGETARCH:+GOARCH=$TARGETARCH} make bin/k6
COPY scripts /out/scripts/
# Anybody may read what is in it, whatever umask the checkout has, and write results: the container may run as any user.
RUN mkdir -p /out/usr/bin /out/results && cp bin/k6 /out/usr/bin/ && chmod -R a+rX /out && chmod 1777 /out/results

# No package manager, no libc. "debug" has busybox: k6-operator starts its runners with sh, and docker-compose.yml looks
# after the reference target with wget.
FROM ${BASE_IMAGE}
COPY --from=build /out/ /
USER 65532:65532
WORKDIR /results
VOLUME /results
ENV FW_ROOT=/ FW_NAME=fw-k6 \
    SUMMARY_FILE=/results/summary.json \
    K6_NO_USAGE_REPORT=true \
    K6_AUTO_EXTENSION_RESOLUTION=false \
    K6_PROMETHEUS_RW_TREND_STATS=avg,min,med,max,p(90),p(95),p(99),sum,count \
    K6_PROMETHEUS_RW_STALE_MARKERS=true \
    XK6_DASHBOARD_CONFIG=/scripts/k6-web-dashboard.json \
    K6_WEB_DASHBOARD_TAGS=reason,type
ENTRYPOINT ["k6", "x", "fwhz", "exec"]

ARG VERSION=unknown
ARG REVISION=unknown
LABEL org.opencontainers.image.title="fw-k6" \
      org.opencontainers.image.description="Load tests for Featherweight: k6 with xk6-featherweight" \
      org.opencontainers.image.source="https://github.com/featherweight/featherweight-slo" \
      org.opencontainers.image.licenses="AGPL-3.0-only AND Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
