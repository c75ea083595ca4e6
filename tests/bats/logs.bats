#!/usr/bin/env bats
# K6_LOG_LEVEL, DEBUG_MODE and VERBOSE_LOGGING change the log. A script says one line at each level.
bats_require_minimum_version 1.5.0
load helper

setup() {
	shared_setup
	cat >levels.js <<-'JS'
		export default function () {
		  console.debug('one debug line');
		  console.info('one info line');
		  console.warn('one warn line');
		  console.error('one error line');
		}
	JS
}

# said WORD...: the levels of the script's lines in the log.
said() {
	"$SLO" run-custom CUSTOM_SCRIPT=levels.js "$@" >out 2>err
	grep -o 'one [a-z]* line' "$RESULTS/latest/k6.log" | cut -d ' ' -f 2 | tr '\n' ' '
}

@test "K6_LOG_LEVEL leaves out what is below it" {
	[ "$(said)" = "info warn error " ]
	[ "$(said K6_LOG_LEVEL=info)" = "info warn error " ]
	[ "$(said K6_LOG_LEVEL=debug)" = "debug info warn error " ]
	[ "$(said K6_LOG_LEVEL=warn)" = "warn error " ]
	[ "$(said K6_LOG_LEVEL=error)" = "error " ]
}

@test "the terminal shows what the log has: k6's log lines on standard error, the rest on standard output" {
	said K6_LOG_LEVEL=warn
	grep -q "one warn line" err
	run ! grep -q "one info line" err
	run ! grep -q "one warn line" out
	grep -q "iterations" out
}

@test "DEBUG_MODE shows k6's debug lines and what the shell tools do" {
	[ "$(said DEBUG_MODE=true)" = "debug info warn error " ]
	grep -q "^run-slo-testing.sh: debug: .*levels.js" err
	[ "$(said DEBUG_MODE=0)" = "info warn error " ]
	run ! grep -q "debug:" err
}

@test "progress is one line in ten seconds, all of it in the log" {
	cat >levels.js <<<'import { sleep } from "k6"; export const options = { vus: 1, duration: "4s" }; export default function () { sleep(1); }'
	before=$SECONDS
	"$SLO" run-custom CUSTOM_SCRIPT=levels.js >out 2>&1
	[ "$(grep -c '^running (' out)" -le $((1 + (SECONDS - before) / 10)) ]
	run ! grep -q '^default ' out
	[ "$(progress)" -gt "$(grep -c '^running (' out)" ]
}

@test "on a terminal progress is one line that changes, and marks have colours unless NO_COLOR is set" {
	cat >levels.js <<<'import { sleep } from "k6"; export function handleSummary() { return { stdout: "✓ good\nVERDICT: FAIL  why\n" }; } export default function () { sleep(2); }'
	unset NO_COLOR
	LC_ALL=C in_terminal typed "$SLO" run-custom CUSTOM_SCRIPT=levels.js
	wait_until gone "$TERMINAL"
	grep -qF $'\r\033[Krunning (' screen
	grep -qF $'\033[32m✓\033[0m good' screen
	grep -qF $'\033[31mVERDICT: FAIL\033[0m  why' screen
	run ! grep -q $'\033\\[3' "$RESULTS/latest/k6.log"
	rm typed
	export NO_COLOR=
	in_terminal typed "$SLO" run-custom CUSTOM_SCRIPT=levels.js
	wait_until gone "$TERMINAL"
	grep -qF '✓ good' screen
}
