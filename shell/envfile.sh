# shellcheck shell=bash
# Files of NAME=value lines: .env.test and .env.test.example. They are read, never executed.

# read_env_file FILE CALLBACK: calls CALLBACK NAME VALUE LINE-NUMBER for every line that sets something. Blank lines and
# # comments are skipped; a value may stand in '...', taken as it is, or in "...", where \" \\ and \$ are escapes;
# otherwise it ends before a blank and a #. Fails at the first line that is none of this.
read_env_file() {
	local file=$1 callback=$2 line name number=0 shown
	shown=$(shown_path "$file")
	while IFS= read -r line || [ -n "$line" ]; do
		number=$((number + 1))
		line=${line%$'\r'}
		[[ $line =~ ^[[:space:]]*(#.*)?$ ]] && continue
		if ! [[ $line =~ ^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$ ]]; then
			fail "$shown line $number: this is not NAME=value: $(beginning_of "$line")"
		fi
		name=${BASH_REMATCH[2]}
		env_value "${BASH_REMATCH[3]}" ||
			fail "$shown line $number: the quotes of $name are not closed, or something follows them"
		"$callback" "$name" "$ENV_VALUE" "$number"
	done <"$file"
}

# env_value TEXT: puts the value of what stands behind the = of a line into ENV_VALUE.
env_value() {
	local text=$1 backslash=$'\001'
	local double='^"(([^"\\]|\\.)*)"[[:space:]]*(#.*)?$' single="^'([^']*)'[[:space:]]*(#.*)?\$"
	case $text in
	\"*)
		[[ $text =~ $double ]] || return 1
		text=${BASH_REMATCH[1]//\\\\/$backslash}
		text=${text//\\\"/\"}
		text=${text//\\\$/\$}
		ENV_VALUE=${text//$backslash/\\}
		;;
	\'*)
		[[ $text =~ $single ]] || return 1
		ENV_VALUE=${BASH_REMATCH[1]}
		;;
	*)
		[[ $text != \#* ]] || text=""
		text=${text%%[[:space:]]#*}
		text=${text%"${text##*[![:space:]]}"}
		ENV_VALUE=${text#"${text%%[![:space:]]*}"}
		;;
	esac
}

# A malformed line may hold a secret: only its beginning is shown.
beginning_of() {
	local word=${1%%[[:space:]=:]*}
	printf '%.40s...' "${word:-$1}"
}

# shown_path FILE: as a reader would name it, without the way to the repository.
shown_path() { printf '%s' "${1#"$FW_ROOT"/}"; }
