#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# fetch_linux.sh DIRECTORY: Debian's kernel and BusyBox for arm64, for tests, as DIRECTORY/vmlinuz and DIRECTORY/busybox.
# apt keeps lists of its own there, so the machine's stay as they are. Exit 77: not to be had here, and why.
set -euo pipefail
target=$1
[[ -s $target/vmlinuz && -s $target/busybox ]] && exit 0

missing() {
	echo "skipped: $*"
	exit 77
}

command -v apt-get >/dev/null && command -v apt-cache >/dev/null && command -v dpkg-deb >/dev/null ||
	missing "apt-get, apt-cache and dpkg-deb are not installed"
mkdir -p "$target"/apt/{lists/partial,archives/partial}
target=$(cd "$target" && pwd)
cd "$target/apt"
: >status
cat >apt.conf <<END
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
Acquire::Languages "none";
Acquire::Retries "1";
Acquire::http::Timeout "20";
APT::Sandbox::User "root";
Dir::State "$target/apt";
Dir::State::lists "$target/apt/lists";
Dir::State::status "$target/apt/status";
Dir::Cache "$target/apt";
Dir::Cache::archives "$target/apt/archives";
END
export APT_CONFIG=$target/apt/apt.conf
# Some source of the machine may lack arm64: what matters is whether the packages are found.
timeout 120 apt-get -qq update >update.log 2>&1 || true
kernel=$(apt-cache depends linux-image-cloud-arm64 2>/dev/null | awk '/Depends: linux-image/ { print $2; exit }')
[[ -n $kernel ]] || missing "no registry with arm64 packages is reachable (linux-image-cloud-arm64)"
timeout 300 apt-get -qq download "$kernel" busybox-static >download.log 2>&1 || missing "$(tail -1 download.log)"
for package in *.deb; do
	dpkg-deb -x "$package" root
done
cp root/bin/busybox "$target/busybox" 2>/dev/null || cp root/usr/bin/busybox "$target/busybox"
cp root/boot/vmlinuz-* "$target/vmlinuz"
rm -rf root lists ./*.deb
