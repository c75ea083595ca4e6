# shellcheck shell=bash
# The configuration: command line > environment > .env.test > default. Names and defaults are those of
# .env.test.example; what a script accepts as a value is the script's own table (values.sh asks it).

declare -gA CONFIG=() ORIGIN=() DEFAULT=() # by name; ORIGIN is "command line", "environment", "<file> line <n>", "default"
declare -ga NAMES=()

# The file with the user's own values; another one can be named in the environment.
FW_ENV_FILE=${ENV_FILE:-$FW_ROOT/.env.test}

# The scripts read .env.test themselves only when nobody has done it for them.
export FW_ENV_READ=true

# Variables of the shell tools, should .env.test.example not have them.
FW_OWN=(RUNNER=native ROLLBACK_COMMAND= SSH_DIR=.featherweight-slo)

# k6's own variables that may be set like the suite's; k6 reads and checks them itself.
FW_K6_NAMES='^(XK6_DASHBOARD_CONFIG|K6_((PROMETHEUS_RW|WEB_DASHBOARD|OTEL|CLOUD)_[A-Z0-9_]+|BATCH|BATCH_PER_HOST|'
FW_K6_NAMES+='BLACKLIST_IPS|BLOCK_HOSTNAMES|DISCARD_RESPONSE_BODIES|DNS|HOSTS|HTTP_DEBUG|INSECURE_SKIP_TLS_VERIFY|'
FW_K6_NAMES+='LOCAL_IPS|LOG_FORMAT|MAX_REDIRECTS|NO_COLOR|NO_CONNECTION_REUSE|NO_USAGE_REPORT|NO_VU_CONNECTION_REUSE|'
FW_K6_NAMES+='OUT|RPS|SETUP_TIMEOUT|TAGS|TEARDOWN_TIMEOUT|THROW|TLS_CIPHER_SUITES|TLS_VERSION|USER_AGENT))$'

# k6's own variables that would replace the load of the scripts, and what to set instead.
declare -gA FW_K6_REPLACED=([K6_VUS]=VUS [K6_DURATION]=DURATION [K6_STAGES]="VUS and DURATION" [K6_ITERATIONS]=DURATION)

# load_config [NAME=value...]: fills CONFIG and ORIGIN, and exports what is set, for k6 to read.
load_config() {
	local name word
	NAMES=() CONFIG=() ORIGIN=() DEFAULT=()
	[ -r "$FW_ROOT/.env.test.example" ] ||
		fail ".env.test.example cannot be read, and it says which variables there are: git checkout .env.test.example"
	read_env_file "$FW_ROOT/.env.test.example" config_default
	for word in "${FW_OWN[@]}"; do
		[[ -v "DEFAULT[${word%%=*}]" ]] || config_default "${word%%=*}" "${word#*=}"
	done
	if [ -e "$FW_ENV_FILE" ]; then
		[ -r "$FW_ENV_FILE" ] || fail "$(shown_path "$FW_ENV_FILE") cannot be read: chmod u+r $FW_ENV_FILE"
		read_env_file "$FW_ENV_FILE" config_from_file
	elif [ -n "${ENV_FILE:-}" ]; then
		fail "ENV_FILE is $ENV_FILE, but there is no such file"
	fi
	while IFS= read -r name; do
		[[ -v "DEFAULT[$name]" || $name =~ $FW_K6_NAMES || -v "FW_K6_REPLACED[$name]" ]] || continue
		config_known "$name" environment
		if [ -n "${!name}" ] || [ "$name" = SUMMARY_FILE ]; then config_set "$name" "${!name}" environment; fi
	done < <(compgen -e)
	for word in "$@"; do
		config_known "${word%%=*}" "command line"
		config_set "${word%%=*}" "${word#*=}" "command line"
	done
	for name in "${!CONFIG[@]}"; do
		[ "${ORIGIN[$name]}" = default ] || export "$name=${CONFIG[$name]}"
	done
	check_own_values
}

config_default() {
	NAMES+=("$1")
	DEFAULT[$1]=$2
	CONFIG[$1]=$2
	ORIGIN[$1]=default
}

config_from_file() {
	local at
	at="$(shown_path "$FW_ENV_FILE") line $3"
	config_known "$1" "$at"
	is_set "$1" && fail "$at: $1 is already set at line ${ORIGIN[$1]##* }: leave one of the two"
	config_set "$1" "$2" "$at"
}

# An empty value is none: it takes back what a weaker source said.
config_set() {
	CONFIG[$1]=$2
	[ -n "$2" ] || [ "$1" = SUMMARY_FILE ] || CONFIG[$1]=${DEFAULT[$1]:-}
	ORIGIN[$1]=$3
}

# config_known NAME WHERE: fails unless there is such a variable.
config_known() {
	local meant
	[[ -v "DEFAULT[$1]" || $1 =~ $FW_K6_NAMES ]] && return 0
	[[ -v "FW_K6_REPLACED[$1]" ]] &&
		fail "$2: $1 would replace the load of the script and must not be set: set ${FW_K6_REPLACED[$1]} instead"
	meant=$(closest_name "$1")
	fail "$2: there is no variable $1${meant:+; did you mean $meant?}; allowed are the names in .env.test.example"
}

# closest_name NAME: the known name that was probably meant.
closest_name() {
	local name
	for name in "${NAMES[@]}"; do
		if [ "${1^^}" = "$name" ] || one_letter_off "${1^^}" "$name"; then
			printf '%s' "$name"
			return 0
		fi
	done
}

# one_letter_off A B: one letter is missing, too many, wrong, or swapped with its neighbour.
one_letter_off() {
	local a=$1 b=$2 i=0
	[ "${#a}" -le "${#b}" ] || a=$2 b=$1
	while [ "$i" -lt "${#a}" ] && [ "${a:i:1}" = "${b:i:1}" ]; do i=$((i + 1)); done
	if [ "${#a}" -lt "${#b}" ]; then
		[ "${a:i}" = "${b:i+1}" ]
	else
		[ "${a:i+1}" = "${b:i+1}" ] || [ "${a:i+1:1}${a:i:1}${a:i+2}" = "${b:i}" ]
	fi
}

# fw NAME: the value in force.
fw() { printf '%s' "${CONFIG[$1]:-}"; }

# fw_path NAME: likewise, where ~/ is the home directory.
fw_path() {
	case ${CONFIG[$1]:-} in
	\~/*) printf '%s/%s' "$HOME" "${CONFIG[$1]#\~/}" ;;
	*) fw "$1" ;;
	esac
}

# is_set NAME: somebody set it, if only to its default.
is_set() { [ "${ORIGIN[$1]:-default}" != default ]; }

# is_changed NAME: it is not the default. A copy of .env.test.example changes nothing.
is_changed() { [ "${CONFIG[$1]:-}" != "${DEFAULT[$1]:-}" ]; }

# shown_value NAME: the value, fit to be printed: without secrets.
shown_value() {
	local value=${CONFIG[$1]:-}
	case $1 in
	*PASSWORD* | *TOKEN* | *AUTH* | *SECRET* | *WEBHOOK* | *HEADERS* | *CREDENTIAL* | ROLLBACK_COMMAND) [ -z "$value" ] || value="(hidden)" ;;
	*) [[ $value != *://* ]] || value=$(sed -E 's#([?&][^=&]*=)[^&]*#\1...#g; s#//[^[:space:]]*@#//#' <<<"$value") ;;
	esac
	printf '%s' "$value"
}

# all_names: in the order of .env.test.example, then k6's own that are set.
all_names() {
	local name
	printf '%s\n' "${NAMES[@]}"
	for name in "${!CONFIG[@]}"; do
		[[ -v "DEFAULT[$name]" ]] || printf '%s\n' "$name"
	done | sort
}

# config: what is in force, and who said so.
config_command() {
	local name
	load_config "$@"
	while IFS= read -r name; do
		printf '%-28s %-46s %s\n' "$name" "$(shown_value "$name")" "${ORIGIN[$name]}"
	done < <(all_names)
}
