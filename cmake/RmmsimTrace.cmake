# SPDX-License-Identifier: BSD-3-Clause
# Rooms above the monitor, as internal libraries of the command and the tests.

find_package(PkgConfig REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)

rmmsim_room_sources(trace_sources trace trace/log sequence)
rmmsim_add_internal(rmmsim_trace SOURCES ${trace_sources}
	LINKS rmmsim_internal rmmsim_flags PkgConfig::JANSSON ZLIB::ZLIB)

find_path(FDT_INCLUDE_DIR libfdt.h REQUIRED)
find_library(FDT_LIBRARY fdt REQUIRED)
rmmsim_room_sources(board_sources board)
rmmsim_add_internal(rmmsim_board SOURCES ${board_sources} LINKS rmmsim_flags ${FDT_LIBRARY})
target_include_directories(rmmsim_board_archive PRIVATE ${FDT_INCLUDE_DIR})

include(RmmsimHostShim)
