# SPDX-License-Identifier: BSD-3-Clause
# v10 with the planes RFC: auxiliary trees.
include(${CMAKE_CURRENT_LIST_DIR}/v10.cmake)
