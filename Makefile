# Every target calls one command or one script. `make help` lists them.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

K6_VERSION := v2.2.0
EXTENSION  := github.com/featherweight/xk6-featherweight
SOURCES    := $(shell find xk6-featherweight \( -name '*.go' -not -name '*_test.go' -not -path '*/generate/*' \) -o -name '*.tmpl' -o -name '*.css') xk6-featherweight/go.mod xk6-featherweight/go.sum

.PHONY: help setup build generate demo test ci slo-test slo-validate bench lint docker-build docker-up docker-down clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: ## What this machine lacks, and how to get it
	@./test-setup.sh

build: bin/k6 ## Build bin/k6: k6 with the extension

bin/k6: $(SOURCES) bin/tools/xk6
	GOFLAGS=-buildvcs=false bin/tools/xk6 build $(K6_VERSION) --with $(EXTENSION)=./xk6-featherweight --output $@.new
	@mv $@.new $@ # whoever runs the old one may go on

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

demo: bin/k6 ## 1,000 users on the reference target, with a verdict; under two minutes
	@./run-slo-testing.sh demo

test: bin/k6 ## Everything that proves the project
	@tests/run

ci: slo-validate lint test ## Validation, linters and tests

slo-test: bin/k6 ## The main test: 1,000 users, 5 minutes, against BASE_URL and WS_URL
	@./run-slo-testing.sh run-websocket

slo-validate: bin/k6 ## Parse scripts, rules, dashboards, compose and environment file
	@./validate-slo-setup.sh

bench: bin/k6 ## CPU and memory of the main job against stock k6/ws, interleaved
	@tests/bench/run

lint: bin/tools/shfmt bin/tools/golangci-lint ## Linters of Go and shell
	@tests/lint

docker-build: ## Build the image fw-k6:latest
	@./build-docker.sh

docker-up: ## Start Prometheus and Grafana
	@./run-slo-testing.sh start-monitoring

docker-down: ## Stop them
	@./run-slo-testing.sh stop-monitoring

clean: ## Remove what this project made
	rm -rf bin node_modules test-results summary.json
