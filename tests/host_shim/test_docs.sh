#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Every oracle has a place in the table of docs/host-testing.md, and nothing else has.
set -euo pipefail
cd "${RMMSIM_SOURCE_DIR:?}"
status=0
mapfile -t oracles < <(sed -n 's/^\tX([A-Z_]*, "\([a-z._]*\)",.*/\1/p' host_shim/include/hshim/oracle.h)
[[ ${#oracles[@]} -gt 30 ]] || { echo "FAILED: only ${#oracles[@]} oracles were found"; exit 1; }
for id in "${oracles[@]}"; do
	grep -qF "\`$id\`" docs/host-testing.md && continue
	echo "FAILED: docs/host-testing.md does not mention $id"
	status=1
done
for id in $(sed -n 's/^|[^|]*|\([^|]*`[a-z]*\.[a-z_]*`[^|]*\)|.*/\1/p' docs/host-testing.md | grep -o '`[a-z][a-z]*\.[a-z_]*`' | tr -d '`'); do
	[[ " ${oracles[*]} " == *" $id "* ]] && continue
	echo "FAILED: docs/host-testing.md has $id, which is no oracle"
	status=1
done
exit $status
