#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# ./dev fresh: the commands that README.md begins with, on a Debian that has nothing but its minimum.
set -euo pipefail

source=$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)
me=fresh
# shellcheck source=tests/package/system.sh
source "$source/tests/package/system.sh"

usage() {
	cat <<-'END'
	usage: ./dev fresh [--as root|user] [bookworm|trixie]...

	Runs the first commands of README.md in a clone of HEAD on a minimal Debian (bookworm if none is named):
	as root and as an ordinary user with sudo, or as one of them. Needs root, and an archive of Debian among
	the sources of this machine's apt. Tells what was installed, how long each command took, and how many
	tests ran.
	Exit status: 0 all works, 1 something does not, 2 wrong usage, 77 it cannot be tried here.
	END
}

# --- what is tried -------------------------------------------------------------------------------------

# The first shell block of README.md, without its comments.
commands() {
	awk '/^```sh$/ { inside = 1; next } inside && /^```$/ { exit } inside { sub(/ *#.*/, ""); print }' \
		"$source/README.md"
}

packages() {
	inside root dpkg-query --show --showformat '${Package}\n' | wc -l
}

# A line about the tests of the log, if it has any.
tests_of() { # LOG
	local skipped

	skipped=$(sed -n 's/^[[:space:]]*[0-9]* - \(.*\) (Skipped)$/\1/p' "$1" | paste -sd ' ')
	sed -n 's/.*tests passed, \([0-9]*\) tests failed out of \([0-9]*\)$/\2 tests, \1 failed/p' "$1" |
		sed "s/\$/${skipped:+, skipped: $skipped}/"
}

try() { # WHO COMMAND
	local start=$SECONDS status=0 log=$scratch/$suite-$1.log told

	inside "$1" bash -c "cd && cd rmmsim && exec $2" >"$log" 2>&1 || status=$?
	sed -n "s/^dev: installing with apt: /fresh:   asked of apt: /p" "$log"
	told=$(tests_of "$log")
	if [[ $status -ne 0 ]]; then
		tail -n 60 "$log"
		say "FAILED: $suite, as $1: $2: exit status $status after $((SECONDS - start)) s${told:+, $told}"
		return 1
	fi
	say "  $2: $((SECONDS - start)) s${told:+, $told}"
}

try_all() { # WHO
	local before command

	say "$suite, as $1: a clone of $(git -C "$source" rev-parse --short HEAD) on a minimal system"
	unpack "$suite" "$1"
	git clone --quiet --depth 1 "file://$source" "$root$home/rmmsim"
	[[ $1 == root ]] || inside root chown -R user:user "$home/rmmsim"
	before=$(packages)
	while read -r command; do
		try "$1" "$command" || return
	done < <(commands)
	say "  packages that came: $(($(packages) - before)), to $before"
	rm -rf --one-file-system "$root"
}

# --- the command line ----------------------------------------------------------------------------------

suites=() who=()
while [[ $# -gt 0 ]]; do
	case $1 in
	--as)
		[[ ${2:-} == root || ${2:-} == user ]] || wrong_usage "--as needs root or user"
		who+=("$2")
		shift
		;;
	*) take_argument "$1" ;;
	esac
	shift
done
[[ ${#suites[@]} -gt 0 ]] || suites=(bookworm)
[[ ${#who[@]} -gt 0 ]] || who=(root user)

prepare_systems

failed=
for suite in "${suites[@]}"; do
	make_system "$suite"
	for one in "${who[@]}"; do
		try_all "$one" || failed+=" $suite as $one;"
	done
done
end_with "$failed" "all commands work, $SECONDS s"
