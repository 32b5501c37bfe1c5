#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The ready-made exercise finds at least 95 % of the defects of variants/, each in a host that is right otherwise;
# what it does not find has its reason there. Tries every 80th; RMMSIM_VARIANTS_EVERY=1 tries all of them, which takes
# minutes, 12 every twelfth.
set -euo pipefail
build=$(dirname "${RMMSIM_COMMAND:?}")
grep -q '^RMMSIM_BUILD_EXAMPLES:BOOL=ON' "$build/CMakeCache.txt" || exit 77
! grep -q '^RMMSIM_SANITIZE:[A-Z]*=.' "$build/CMakeCache.txt" || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export RMMSIM_VARIANTS_EVERY=${RMMSIM_VARIANTS_EVERY:-80}
/usr/bin/python3 "${RMMSIM_SOURCE_DIR:?}/tests/host_shim/variants/run.py" "$RMMSIM_SOURCE_DIR" "$build" "$work"
