#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# ./dev deb: the packages of debian/, built, installed and used on minimal systems.
set -euo pipefail

source=$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)
me=deb
# shellcheck source=tests/package/system.sh
source "$source/tests/package/system.sh"

usage() {
	cat <<-'END'
	usage: ./dev deb [--output DIR] [bookworm|trixie]...

	Builds the Debian packages of HEAD on a minimal Debian (bookworm if none is named), judges them with lintian,
	and on another minimal system installs them and runs what debian/tests has: an outside program for each
	package. With --output the packages are left in DIR/SUITE. Needs root, and an archive of Debian among the
	sources of this machine's apt.
	Exit status: 0 all works, 1 something does not, 2 wrong usage, 77 it cannot be tried here.
	END
}

try() { # WHAT COMMAND...
	local start=$SECONDS what=$1 log=$scratch/$suite-log

	shift
	inside root "$@" >"$log" 2>&1 || {
		tail -n 60 "$log"
		say "FAILED: $suite: $what, after $((SECONDS - start)) s"
		return 1
	}
	say "  $what: $((SECONDS - start)) s"
}

install_in() { # WHAT PACKAGE...
	local what=$1

	shift
	try "$what" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@"
}

build_packages() {
	say "$suite: packages of $(git -C "$source" rev-parse --short HEAD)"
	unpack "$suite" root
	git clone --quiet --depth 1 "file://$source" "$root$home/rmmsim"
	try "lists of packages" apt-get -qq update || return
	install_in "tools" dpkg-dev fakeroot lintian || return
	try "what the build needs" bash -c 'cd && cd rmmsim && apt-get -qq -y --no-install-recommends build-dep .' || return
	try "build" bash -c 'cd && cd rmmsim && dpkg-buildpackage --no-sign --build=binary' || return
	try "lintian" bash -c 'cd && lintian --allow-root --fail-on error,warning rmmsim_*.changes' || return
	mkdir -p "$built"
	cp "$root$home"/*.deb "$built"
	rm -rf --one-file-system "$root"
}

# The tests that debian/tests/control names, each with the packages that it asks for.
test_packages() {
	local test needs

	unpack "$suite" root
	mkdir "$root$home/packages"
	cp "$built"/*.deb "$root$home/packages"
	rm -f "$root$home"/packages/*-dbgsym_*
	cp -a "$source/debian/tests" "$source/tests/package/consumer" "$root$home"
	try "lists of packages" apt-get -qq update || return
	install_in "the packages are installed" $(cd "$root" && ls .$home/packages/*.deb | sed 's|^\.||') || return
	while read -r test needs; do
		install_in "$test: what it needs" $needs || return
		try "$test" bash -c 'cd && AUTOPKGTEST_TMP=$(mktemp -d) exec bash "tests/$1"' - "$test" || return
	done < <(awk '/^Tests:/ { test = $2 } /^Depends:/ { sub(/^Depends: /, ""); gsub(/, *| *\([^)]*\)/, " ");
			gsub(/(librmmsim|rmmsim)[^ ]*/, ""); print test, $0 }' "$source/debian/tests/control")
	rm -rf --one-file-system "$root"
}

suites=() output=
while [[ $# -gt 0 ]]; do
	case $1 in
	--output)
		[[ ${2:-} ]] || wrong_usage "--output needs a directory"
		output=$2
		shift
		;;
	*) take_argument "$1" ;;
	esac
	shift
done
[[ ${#suites[@]} -gt 0 ]] || suites=(bookworm)

prepare_systems
failed=
for suite in "${suites[@]}"; do
	built=${output:-$scratch/packages}/$suite
	make_system "$suite"
	build_packages && test_packages || failed+=" $suite"
done
end_with "$failed" "all packages work, $SECONDS s"
