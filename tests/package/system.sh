# SPDX-License-Identifier: BSD-3-Clause
# shellcheck shell=bash
# Minimal Debian systems to try something in: for fresh.sh and deb.sh, which set `source` (the tree) and `me` (their
# name in what they say), include this file and define usage().
#
# mmdebstrap unpacks a minimal system, from the archive and with the proxies that apt of this machine uses. Each
# command runs with the system as its root, an environment of its own, and nothing of this machine but its
# network: as root without /dev/pts, as a user with sudo and /dev/pts.

clean_path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

say() { printf "$me: %s\n" "$*"; }

skip() {
	say "skipped: $*"
	exit 77
}

wrong_usage() {
	usage >&2
	printf "$me: %s\n" "$*" >&2
	exit 2
}

# An argument that every one of them understands: a suite, which `suites` gets, or --help.
take_argument() { # ARGUMENT
	case $1 in
	--help | -h)
		usage
		exit
		;;
	bookworm | trixie) suites+=("$1") ;;
	*) wrong_usage "there is no '$1': the systems are bookworm and trixie" ;;
	esac
}

end_with() { # FAILED WORDS
	if [[ $1 ]]; then
		say "FAILED:$1"
		exit 1
	fi
	say "$2"
}

# What has to be so before a system can be made; sets scratch, which is gone at the end.
prepare_systems() {
	[[ $(id -u) -eq 0 ]] || skip "only root may make a system to run in: sudo ./dev $me"
	unshare --mount --pid --fork --propagation private true 2>/dev/null ||
		skip "this root may not make a name space of its own"
	command -v mmdebstrap >/dev/null || skip "there is no mmdebstrap"
	# Not in /tmp, which may be small or without the right to execute.
	scratch=$(mktemp -d /var/tmp/rmmsim-fresh-XXXXXX)
	trap 'rm -rf --one-file-system "$scratch"' EXIT
	chmod 755 "$scratch"
	git -C "$source" diff --quiet HEAD || say "what is not committed is not tried"
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
