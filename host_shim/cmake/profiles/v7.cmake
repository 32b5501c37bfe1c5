# SPDX-License-Identifier: BSD-3-Clause
# Series v5 to v7: no accounting of tables, older names of page release.
include(${CMAKE_CURRENT_LIST_DIR}/v10.cmake)
