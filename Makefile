# Every target calls one command or one script. `make help` lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

K6_VERSION := v2.2.0
EXTENSION  := github.com/featherweight/xk6-featherweight
REFERENCE  := github.com/featherweight/reference
SOURCES    := $(shell find xk6-featherweight reference \( -name '*.go' -not -name '*_test.go' -not -path '*/generate/*' \) -o -name '*.tmpl' -o -name '*.css') $(wildcard xk6-featherweight/go.* reference/go.*)

.PHONY: help setup build k6 dist generate demo test trust ci slo-test slo-validate fuzz bench bench-wire bench-growth bench-disturb bench-hot soak tour lint lint-extension docker-build docker-up docker-down clean

help: ## Show this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: ## What this machine lacks, and how to get it
	@./test-setup.sh

ENGINE := $(if $(shell command -v docker),docker,podman)

build: ## Build the image fw-k6:latest
	@$(ENGINE) info >/dev/null 2>&1 || { echo "make build: it builds the image fw-k6:latest, and no Docker Engine answers here; make k6 builds bin/k6 without one" >&2; exit 1; }
	@./build-docker.sh

docker-build: build ## The same

k6: bin/k6 ## Build bin/k6: k6 with the extension and the reference server

bin/k6: $(SOURCES) bin/tools/xk6
	GOFLAGS=-buildvcs=false bin/tools/xk6 build $(K6_VERSION) --with $(EXTENSION)=./xk6-featherweight --with $(REFERENCE)=./reference --output $@.new
	@mv $@.new $@ # whoever runs the old one may go on

# What everybody gets, to be built from a clone: the version is that of its commit (git describe).
DIST_PLATFORMS := linux/amd64 linux/arm64 darwin/amd64 darwin/arm64 windows/amd64
DIST_DIR := dist

dist: bin/tools/xk6 ## Archives for those who have no Go, with licences, SBOM and checksums: DIST_PLATFORMS in dist/
	@go -C tools/dist run . -k6 $(K6_VERSION) -out $(abspath $(DIST_DIR)) $(CURDIR) $(DIST_PLATFORMS)

generate: ## Write what follows from tables in Go: variables, their documentation, the rules of the verdict, the dashboard
	@cd xk6-featherweight && go run ./internal/config/generate ..
	@go -C xk6-featherweight/generate run .

# The tools of tools/go.mod, each at its pinned version.
bin/tools/xk6: PACKAGE := go.k6.io/xk6/cmd/xk6
bin/tools/shfmt: PACKAGE := mvdan.cc/sh/v3/cmd/shfmt
bin/tools/golangci-lint: PACKAGE := github.com/golangci/golangci-lint/v2/cmd/golangci-lint
bin/tools/%: tools/go.mod tools/go.sum
	go build -C tools -o $(CURDIR)/$@ $(PACKAGE)
	@touch $@

# In a module of its own, for golangci-lint needs other versions of the libraries that they share.
bin/tools/govulncheck: tools/security/go.mod tools/security/go.sum
	go build -C tools/security -o $(CURDIR)/$@ golang.org/x/vuln/cmd/govulncheck
	@touch $@

# Those of tools/monitoring/go.mod. -trimpath, so that the compiler's cache is shared with other builds of these modules.
MONITORING := GOFLAGS="-buildvcs=false -trimpath" CGO_ENABLED=0 go -C

# Most service discoveries are left out: of them only files are used.
bin/tools/promtool bin/tools/prometheus: tools/monitoring/go.mod tools/monitoring/go.sum
	$(MONITORING) tools/monitoring build -tags=remove_all_sd,enable_dns_sd -o $(CURDIR)/$@ github.com/prometheus/prometheus/cmd/$(@F)
	@touch $@

# The module of Alertmanager embeds a web interface that it does not hold: a copy with an empty page takes its place. It
# does not build with the newer libraries of Prometheus, so it brings its own go.sum.
bin/tools/alertmanager: tools/monitoring/go.mod tools/monitoring/go.sum
	rm -rf $@.source && mkdir -p $@.source
	cp -R "$$(go -C tools/monitoring list -m -f '{{.Dir}}' github.com/prometheus/alertmanager)/." $@.source
	chmod -R u+w $@.source && mkdir -p $@.source/ui/app/dist && touch $@.source/ui/app/dist/index.html
	$(MONITORING) $@.source build -o $(CURDIR)/$@ ./cmd/alertmanager
	@rm -rf $@.source && touch $@

bin/tools/benchstat: tools/benchstat/go.mod tools/benchstat/go.sum
	go build -C tools/benchstat -o $(CURDIR)/$@ golang.org/x/perf/cmd/benchstat
	@touch $@

demo: bin/k6 ## 1,000 users on the reference target, with a verdict; under two minutes
	@./run-slo-testing.sh demo

test: bin/k6 ## Everything that proves the project
	@tests/run

trust: bin/k6 ## The fault matrix, three times with other seeds; writes docs/trust.md
	@tests/trust/run

ci: slo-validate lint test ## Validation, linters and tests

slo-test: bin/k6 ## The main test: 1,000 users, 5 minutes, against BASE_URL and WS_URL
	@./run-slo-testing.sh run-websocket

slo-validate: bin/k6 ## Parse scripts, rules, dashboards, compose and environment file
	@./validate-slo-setup.sh

fuzz: ## Fuzz everything that reads what others write, FUZZTIME (10m) for each of the targets
	@tests/fuzz/run

bench: bin/k6 ## CPU and memory of a user, beside k6/ws, k6/websockets, an epoll floor, Tsung, Artillery
	@tests/bench/run cost

bench-wire: bin/k6 ## How right the times are, and those of k6/ws and k6/websockets, by a packet capture (root)
	@tests/wire/run document

bench-growth: bin/k6 ## The cost of a user from 100 to 10,000 users
	@tests/bench/run growth

bench-disturb: bin/k6 ## What measuring does to the loop, and what the target can send
	@tests/bench/run disturb

bench-hot: bin/tools/benchstat ## What a turn, a message and a read cost, beside the last time
	@tests/bench/hot.sh

soak: bin/k6 ## An hour at 200 users: memory, goroutines, open files of k6, and what they gain; SOAK=10m is shorter
	@cd tests && SOAK=$${SOAK:-1h} go test ./soak -run TestNothingLeaks -count=1 -timeout 26h -v

tour: bin/k6 ## docs/tour.md at full length, and its pictures anew; 25 minutes, TOUR_LONG=30s a third of that
	@cd tests && TOUR_PICTURES=1 TOUR_LONG=$${TOUR_LONG:-1} go test ./tour -run TestTheTour -count=1 -timeout 1h -v

lint: bin/tools/shfmt bin/tools/golangci-lint ## Linters of Go and shell, known vulnerabilities
	@tests/lint

# Left out: git and versions, which want the module to be a repository of its own; security and vulnerability are what make
# lint does, gosec as one of golangci-lint's, with the reasons of its exceptions.
lint-extension: bin/tools/xk6 ## What xk6 asks of an extension; it builds k6 once more
	@bin/tools/xk6 lint --preset strict --disable git,versions,security,vulnerability xk6-featherweight

docker-up: ## Start Prometheus and Grafana
	@./run-slo-testing.sh start-monitoring

docker-down: ## Stop them
	@./run-slo-testing.sh stop-monitoring

clean: ## Remove what this project made, also in Docker; with VOLUMES=1 its data there, too
	@if [ -x bin/k6 ]; then ./run-slo-testing.sh clean-containers $(if $(VOLUMES),volumes); else echo "bin/k6 is not there: nothing in Docker was removed" >&2; fi
	rm -rf bin dist scripts/node_modules tests/*/node_modules test-results summary.json
