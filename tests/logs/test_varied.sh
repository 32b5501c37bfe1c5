# SPDX-License-Identifier: BSD-3-Clause
# Logs that several writers have printed into.
"${RMMSIM_PYTHON:-python3}" "${RMMSIM_SOURCE_DIR:?}/tests/logs/vary_logs.py" "${RMMSIM_COMMAND:?}" 60
