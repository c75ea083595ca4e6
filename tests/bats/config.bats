#!/usr/bin/env bats
# One precedence, unknown names, secrets.
bats_require_minimum_version 1.5.0
load helper

# shown NAME [WORD...]: value and origin that config prints.
shown() {
	local name=$1
	shift
	"$SLO" config "$@" | sed -n "s/^$name  *//p" | tr -s ' '
}

@test "command line wins over environment, over .env.test, over default" {
	unset VUS
	[ "$(shown VUS)" = "1000 default" ]
	echo VUS=2 >"$ENV_FILE"
	[ "$(shown VUS)" = "2 $ENV_FILE line 1" ]
	[ "$(VUS=3 shown VUS)" = "3 environment" ]
	[ "$(VUS=3 shown VUS VUS=4)" = "4 command line" ]
}

@test "an empty value in the environment is none; on the command line it takes a weaker one back" {
	echo VUS=2 >"$ENV_FILE"
	[ "$(VUS="" shown VUS)" = "2 $ENV_FILE line 1" ]
	[ "$(shown VUS VUS=)" = "1000 command line" ]
}

@test "every variable of .env.test.example is printed once" {
	names=$(sed -n 's/^\([A-Z0-9_]*\)=.*/\1/p' "$ROOT/.env.test.example" | sort)
	printed=$("$SLO" config | cut -d ' ' -f 1 | sort)
	[ -z "$(comm -23 <(echo "$names") <(echo "$printed"))" ]
	[ -z "$(uniq -d <<<"$printed")" ]
}

@test "secrets are hidden, also in URLs" {
	run -0 "$SLO" config CHAT_TOKEN=geheim1 GRAFANA_PASSWORD=geheim2 "AUTH_HEADER=Bearer geheim3" METRICS_AUTH_HEADER=geheim4 \
		BASE_URL=http://me:geheim5@api.example "METRICS_URL=http://api.example/metrics?key=geheim6&x=geheim7" K6_CLOUD_TOKEN=geheim8
	[[ $output != *geheim* ]]
	[[ $output = *"(hidden)"*http://api.example/metrics* ]]
}

@test "secrets are hidden in what no name of a secret tells, and in URLs that are not right" {
	run -0 "$SLO" config "CHAT_HEADERS=Cookie: geheim1" "ROLLBACK_COMMAND=curl geheim2" K6_OTEL_HEADERS=a=geheim3 \
		METRICS_URL=http://u:gehe@im@api.example/m?key=geheim4 CHAT_ORCHESTRATOR_URL=HTTP://u:ge/heim@api.example
	[[ $output != *geheim* && $output != *im@* ]]
}

@test "k6 x fwhz config says the same" {
	unset FW_ENV_READ
	printf '%s\n' 'VUS=77 # mine' 'CHAT_HEADERS=Cookie: a#b # x' 'ROLLBACK_COMMAND="curl x"' 'METRICS_URL=http://u:p@ss@h/m?k=v&a=b' \
		'K6_OUT=csv=x' "CUSTOM_ARGS='it \$x'" >"$ENV_FILE"
	words=(IDLE= RAMP=0 K6_DNS=ttl=1s)
	[ "$("$SLO" config "${words[@]}")" = "$("$K6" x fwhz config "${words[@]}")" ]
	run -1 "$SLO" config VSU=1
	said=$output
	run -1 "$K6" x fwhz config VSU=1
	[[ $output = *"${said#*: }"* && $output != *"Loading the subcommand list"* ]] # that asks the network
}

@test "an unknown name on the command line is an error" {
	run -1 "$SLO" run-websocket VSU=5
	[ "${#lines[@]}" -eq 1 ]
	[[ $output = *"command line: there is no variable VSU; did you mean VUS?"* ]]
	run -1 "$SLO" run-websocket HELLO=5
	[[ $output = *"there is no variable HELLO; allowed are"* ]]
}

@test "a variable of k6 itself may be set, one that would replace the load may not" {
	[ "$(shown K6_INSECURE_SKIP_TLS_VERIFY K6_INSECURE_SKIP_TLS_VERIFY=true)" = "true command line" ]
	[ "$(K6_PROMETHEUS_RW_TREND_STATS=avg shown K6_PROMETHEUS_RW_TREND_STATS)" = "avg environment" ]
	run -1 "$SLO" config K6_VUS=5
	[[ $output = *"K6_VUS would replace the load of the script"*"set VUS instead"* ]]
	K6_DURATION=5s run -1 "$SLO" config
	[[ $output = *"environment: K6_DURATION would replace"*"set DURATION instead"* ]]
}

@test "what only the shell tools read is checked" {
	for word in TEST_TYPE=soak SAVE_TEST_RESULTS=maybe DEBUG_MODE=yes SSH_PORT=0 SSH_PORT=99999 SSH_PORT=x \
		PROMETHEUS_URL=localhost:9090 GRAFANA_URL=grafana RUNNER=podman; do
		run -1 "$SLO" config "$word"
		[[ $output = *"${word%%=*}=\"${word#*=}\" is not allowed: "*"[${word%%=*}: command line"* ]] || return 1
	done
}

@test "several wrong values are named together" {
	run -104 "$SLO" run-websocket VUS=0 DURATION=soon
	[[ $output = *'VUS="0"'*'DURATION="soon"'*"VUS: command line"* ]]
}
