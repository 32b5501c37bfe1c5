#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# ./dev fresh: the commands that README.md begins with, on a Debian that has nothing but its minimum.
#
# mmdebstrap unpacks a minimal system, from the archive and with the proxies that apt of this machine uses. A
# clone of HEAD goes in. Each command runs with the system as its root, an environment of its own, and
# nothing of this machine but its network: as root without /dev/pts, as a user with sudo and /dev/pts.
set -euo pipefail

source=$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)
clean_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

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

say() { printf 'fresh: %s\n' "$*"; }

skip() {
	say "skipped: $*"
	exit 77
}

wrong_usage() {
	usage >&2
	printf 'fresh: %s\n' "$*" >&2
	exit 2
}

# --- the system ----------------------------------------------------------------------------------------

# Debian's own archive among those of this machine.
archive() {
	apt-get indextargets --format '$(ORIGIN)|$(LABEL)|$(COMPONENT)|$(REPO_URI)' 'Created-By: Packages' |
		sed -n 's/^Debian|Debian|main|//p' | sed -n 1p
}

# How apt of this machine reaches it: proxies, time-outs, whether old lists are good.
machine_apt() {
	apt-config dump Acquire | grep -E '^Acquire::(http|https|Retries|Check-)[^ ]* "[^"]' || true
}

# Makes $scratch/SUITE.tar.
make_system() { # SUITE
	local from

	[[ -e $scratch/$1.tar ]] && return
	from=$(archive)
	[[ $from ]] || skip "apt of this machine knows no archive of Debian"
	machine_apt >"$scratch/apt.conf"
	mmdebstrap --quiet --variant=minbase --include=ca-certificates --aptopt="$scratch/apt.conf" \
		"$1" "$scratch/$1.tar" "$from" >"$scratch/log" 2>&1 </dev/null && return
	tail -n 5 "$scratch/log"
	skip "no minimal $1 can be made from the archive that this machine uses"
}

# A system to run something in: $root, which is what `who` has on the first day.
unpack() { # SUITE WHO
	root=$scratch/$1-$2
	mkdir -p "$root" "$scratch/archives-$1"
	tar -C "$root" -xf "$scratch/$1.tar"
	cp -L /etc/resolv.conf /etc/hosts "$root/etc"
	home=/root
	[[ $2 == user ]] || return 0
	home=/home/$2
	{ inside root apt-get -qq update && inside root apt-get -qq -y --no-install-recommends install sudo; } \
		>"$scratch/log" 2>&1 || skip "sudo cannot be installed: $(tail -n 1 "$scratch/log")"
	inside root useradd --create-home --shell /bin/bash user
	echo 'user ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/user"
	# As before the first apt-get update.
	find "$root/var/lib/apt/lists" -type f -delete
}

# Packages that are fetched once serve both.
inside() { # WHO COMMAND...
	local identity=() mounts=$1

	[[ $1 == root ]] || identity=(--userspec=user:user)
	shift
	unshare --mount --pid --fork --kill-child --propagation private bash -c '
		root=$1 archives=$2 mounts=$3
		shift 3
		mount -t proc proc "$root/proc"
		mount --bind "$archives" "$root/var/cache/apt/archives"
		[[ $mounts != user ]] || mount -t devpts -o newinstance,ptmxmode=666 devpts "$root/dev/pts"
		exec "$@"' - "$root" "$scratch/archives-$suite" "$mounts" \
		chroot "${identity[@]}" "$root" \
		/usr/bin/env -i PATH=$clean_path HOME="$home" LANG=C.UTF-8 TERM=dumb "$@" </dev/null
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
	--help | -h)
		usage
		exit
		;;
	bookworm | trixie) suites+=("$1") ;;
	*) wrong_usage "there is no '$1': the systems are bookworm and trixie" ;;
	esac
	shift
done
[[ ${#suites[@]} -gt 0 ]] || suites=(bookworm)
[[ ${#who[@]} -gt 0 ]] || who=(root user)

[[ $(id -u) -eq 0 ]] || skip "only root may make a system to run in: sudo ./dev fresh"
unshare --mount --pid --fork --propagation private true 2>/dev/null ||
	skip "this root may not make a name space of its own"
command -v mmdebstrap >/dev/null || skip "there is no mmdebstrap"
# Not in /tmp, which may be small or without the right to execute.
scratch=$(mktemp -d /var/tmp/rmmsim-fresh-XXXXXX)
trap 'rm -rf --one-file-system "$scratch"' EXIT
chmod 755 "$scratch"
git -C "$source" diff --quiet HEAD || say "what is not committed is not tried"

failed=
for suite in "${suites[@]}"; do
	make_system "$suite"
	for one in "${who[@]}"; do
		try_all "$one" || failed+=" $suite as $one;"
	done
done
[[ ! $failed ]] || {
	say "FAILED:$failed"
	exit 1
}
say "all commands work, $SECONDS s"
