# SPDX-License-Identifier: BSD-3-Clause
# Real logs, their variants, and faults that were planted in them.
"${RMMSIM_PYTHON:-python3}" "${RMMSIM_SOURCE_DIR:?}/tests/logs/check_logs.py" "${RMMSIM_COMMAND:?}"
