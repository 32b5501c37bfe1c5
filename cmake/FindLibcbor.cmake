# SPDX-License-Identifier: BSD-3-Clause
# libcbor, 0.8 or later, as target Libcbor::Libcbor.
# A module of our own, because 0.8 and 0.10 have no CMake files, and later ones another target's name.

find_path(Libcbor_INCLUDE_DIR cbor/streaming.h)
find_library(Libcbor_LIBRARY cbor)

if(Libcbor_INCLUDE_DIR)
	file(STRINGS ${Libcbor_INCLUDE_DIR}/cbor/configuration.h lines
		REGEX "^#define CBOR_(MAJOR|MINOR|PATCH)_VERSION +[0-9]+")
	string(REGEX REPLACE "[^;]*_VERSION +([0-9]+)" "\\1" lines "${lines}")
	list(JOIN lines "." Libcbor_VERSION)
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Libcbor
	REQUIRED_VARS Libcbor_LIBRARY Libcbor_INCLUDE_DIR
	VERSION_VAR Libcbor_VERSION)
mark_as_advanced(Libcbor_INCLUDE_DIR Libcbor_LIBRARY)

if(Libcbor_FOUND AND NOT TARGET Libcbor::Libcbor)
	add_library(Libcbor::Libcbor UNKNOWN IMPORTED)
	set_target_properties(Libcbor::Libcbor PROPERTIES
		IMPORTED_LOCATION "${Libcbor_LIBRARY}"
		INTERFACE_INCLUDE_DIRECTORIES "${Libcbor_INCLUDE_DIR}")
endif()
