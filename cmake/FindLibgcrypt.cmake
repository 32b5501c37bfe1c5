# SPDX-License-Identifier: BSD-3-Clause
# libgcrypt as target Libgcrypt::Libgcrypt. A module of our own: it has no CMake files.

find_path(Libgcrypt_INCLUDE_DIR gcrypt.h)
find_library(Libgcrypt_LIBRARY gcrypt)

if(Libgcrypt_INCLUDE_DIR)
	file(STRINGS ${Libgcrypt_INCLUDE_DIR}/gcrypt.h line REGEX "^#define GCRYPT_VERSION +\"")
	string(REGEX REPLACE ".*\"([0-9.]+).*\".*" "\\1" Libgcrypt_VERSION "${line}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Libgcrypt
	REQUIRED_VARS Libgcrypt_LIBRARY Libgcrypt_INCLUDE_DIR
	VERSION_VAR Libgcrypt_VERSION)
mark_as_advanced(Libgcrypt_INCLUDE_DIR Libgcrypt_LIBRARY)

# attest/hash.c refers to it weakly, and --as-needed drops what has weak references only.
if(Libgcrypt_FOUND AND NOT TARGET Libgcrypt::Libgcrypt)
	add_library(Libgcrypt::Libgcrypt INTERFACE IMPORTED)
	set_target_properties(Libgcrypt::Libgcrypt PROPERTIES
		INTERFACE_LINK_LIBRARIES
		"-Wl,--push-state,--no-as-needed,${Libgcrypt_LIBRARY},--pop-state"
		INTERFACE_INCLUDE_DIRECTORIES "${Libgcrypt_INCLUDE_DIR}")
endif()
