#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# What the tests of the example record replays by itself, without a difference.
set -euo pipefail

program=$(dirname "$RMMSIM_COMMAND")/examples/host-test/test_clean
[[ -x $program ]] || exit 77
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

"$program" --trace="$directory" a_realm the_guest private_memory shared >/dev/null
grep -q '"op":"run"' "$directory"/the_guest_changes_permissions.jsonl
"$RMMSIM_COMMAND" replay --strict "$directory"/*.jsonl | tee "$directory/result"
grep -q '^total: [0-9]* calls, 0 mismatches' "$directory/result"
