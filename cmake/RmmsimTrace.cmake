# SPDX-License-Identifier: BSD-3-Clause
# Rooms above the monitor, as internal libraries of the command and the tests.

find_package(PkgConfig REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)

rmmsim_room_sources(trace_sources trace trace/log sequence)
rmmsim_add_internal(rmmsim_trace SOURCES ${trace_sources}
	LINKS rmmsim_internal rmmsim_flags PkgConfig::JANSSON ZLIB::ZLIB)

include(RmmsimHostShim)
