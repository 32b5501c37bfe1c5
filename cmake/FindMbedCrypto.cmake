# SPDX-License-Identifier: BSD-3-Clause
# The cryptography library of mbedTLS, 2.28 or 3.x, as target MbedCrypto::MbedCrypto.
# A module of our own, because distributions ship 2.28 without CMake or pkg-config files.

find_path(MbedCrypto_INCLUDE_DIR mbedtls/version.h)
find_library(MbedCrypto_LIBRARY mbedcrypto)

if(MbedCrypto_INCLUDE_DIR)
	# 3.x moved the version to build_info.h.
	foreach(header build_info.h version.h)
		if(EXISTS ${MbedCrypto_INCLUDE_DIR}/mbedtls/${header} AND NOT MbedCrypto_VERSION)
			file(STRINGS ${MbedCrypto_INCLUDE_DIR}/mbedtls/${header} line
				REGEX "^#define MBEDTLS_VERSION_STRING +\"")
			string(REGEX REPLACE ".*\"([0-9.]+)\".*" "\\1" MbedCrypto_VERSION "${line}")
		endif()
	endforeach()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(MbedCrypto
	REQUIRED_VARS MbedCrypto_LIBRARY MbedCrypto_INCLUDE_DIR
	VERSION_VAR MbedCrypto_VERSION)
mark_as_advanced(MbedCrypto_INCLUDE_DIR MbedCrypto_LIBRARY)

if(MbedCrypto_FOUND AND NOT TARGET MbedCrypto::MbedCrypto)
	add_library(MbedCrypto::MbedCrypto UNKNOWN IMPORTED)
	set_target_properties(MbedCrypto::MbedCrypto PROPERTIES
		IMPORTED_LOCATION "${MbedCrypto_LIBRARY}"
		INTERFACE_INCLUDE_DIRECTORIES "${MbedCrypto_INCLUDE_DIR}")
endif()
