# shellcheck shell=bash

help() {
	cat <<'TEXT'
usage: ./run-slo-testing.sh COMMAND [NAME=value ...] [--option ...] [-- arguments for k6]

Tests; the exit code is k6's: 0 passed, 99 an objective was missed, anything else: no result.
  run-websocket        1,000 users stream chats for 5 minutes while the loop is measured
  run-health           is everything there? a few seconds
  run-comprehensive    the whole application
  run-load             the HTTP API
  run-custom           CUSTOM_SCRIPT with CUSTOM_ARGS
  run                  the one that TEST_TYPE names
  demo                 run-websocket in two minutes against the reference target, started for it
    --detach           start it in the background and return
    --skip-health      run-websocket without the health check before it
    --monitoring       start Prometheus and Grafana for it if they are not up
    --dry-run          check the values and print what would run

A run survives its terminal; from any shell:
  status [RUN]         what is under way, or how the latest run ended
  logs [-f] [RUN]      its log; -f as it grows
  attach [RUN]         follow it to its end, and take its exit code
  cancel [RUN]         stop it gracefully
  rollback             stop runs, containers, and run ROLLBACK_COMMAND; --verify only looks what is left

Monitoring, in containers:
  start-monitoring     Prometheus and Grafana
  stop-monitoring
  dashboard-url
  prometheus-url

  config               every variable in force, and where it was set
  help                 this

Variables are listed in .env.test.example; cp it to .env.test to set them. The command line wins over the environment,
that over .env.test, that over the default: VUS=500 ./run-slo-testing.sh run-websocket DURATION=2m
With SSH_HOST the tests run on that machine. Results are kept in test-results/.
TEXT
}
