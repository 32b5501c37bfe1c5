# SPDX-License-Identifier: BSD-3-Clause
# Series v13 and v14, for RMM v2.0: set-up code as initcall, ranges, continuation.
include(${CMAKE_CURRENT_LIST_DIR}/v12.cmake)
