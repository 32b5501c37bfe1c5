# SPDX-License-Identifier: BSD-3-Clause
# The library: compiled once, linked three ways.
#   rmmsim_shared    librmmsim.so, exports rmmsim_* only
#   rmmsim_static    librmmsim.a, one relocatable object with every other symbol made local
#   rmmsim_internal  the plain objects, for tests and for the command; never installed

find_package(Threads REQUIRED)
find_package(MbedCrypto 2.28 REQUIRED)
find_package(Libcbor 0.8 REQUIRED)

# What the library needs of others. The hash functions of mbedTLS 2.28 are plain C.
set(RMMSIM_DEPENDENCIES MbedCrypto::MbedCrypto Libcbor::Libcbor Threads::Threads)
set(RMMSIM_HASH "auto" CACHE STRING "library of the hash functions: auto, libgcrypt or mbedtls")
set_property(CACHE RMMSIM_HASH PROPERTY STRINGS auto libgcrypt mbedtls)
set(RMMSIM_HAVE_GCRYPT 0)
if(NOT RMMSIM_HASH STREQUAL "mbedtls")
	find_package(Libgcrypt 1.9 QUIET)
	if(Libgcrypt_FOUND)
		set(RMMSIM_HAVE_GCRYPT 1)
		list(APPEND RMMSIM_DEPENDENCIES Libgcrypt::Libgcrypt)
	elseif(RMMSIM_HASH STREQUAL "libgcrypt")
		message(FATAL_ERROR "RMMSIM_HASH=libgcrypt: libgcrypt 1.9 or later (libgcrypt20-dev) was not found")
	endif()
endif()

# Not where a musl compiler stands on the run-time library of a glibc one.
include(CheckCSourceCompiles)
check_c_source_compiles("
	#include <unwind.h>
	static _Unwind_Reason_Code end(struct _Unwind_Context *context, void *argument)
	{
		return context == argument ? _URC_NO_REASON : _URC_END_OF_STACK;
	}
	int main(void) { return (int)_Unwind_Backtrace(end, 0); }" RMMSIM_HAVE_UNWINDER)

set(RMMSIM_LIBRARY_ROOMS smc code mem rtt attest device planes exec
	rmm rmm/rmi rmm/rsi rmm/run rmm/op rmm/check rmm/state rmm/explain)
rmmsim_room_sources(library_sources ${RMMSIM_LIBRARY_ROOMS})

add_library(rmmsim_objects OBJECT ${library_sources})
target_link_libraries(rmmsim_objects PRIVATE rmmsim_flags ${RMMSIM_DEPENDENCIES})
if(RMMSIM_HAVE_UNWINDER)
	set_source_files_properties(mem/frames.c PROPERTIES COMPILE_DEFINITIONS RMMSIM_HAVE_UNWINDER=1)
endif()
set_source_files_properties(attest/hash.c PROPERTIES
	COMPILE_DEFINITIONS RMMSIM_HAVE_GCRYPT=${RMMSIM_HAVE_GCRYPT})
set_target_properties(rmmsim_objects PROPERTIES
	C_VISIBILITY_PRESET hidden POSITION_INDEPENDENT_CODE ON LINKER_LANGUAGE C)

# --- shared --------------------------------------------------------------------------------

set(version_script ${PROJECT_SOURCE_DIR}/cmake/rmmsim.map)
add_library(rmmsim_shared SHARED $<TARGET_OBJECTS:rmmsim_objects>)
add_library(rmmsim::rmmsim ALIAS rmmsim_shared)
set_target_properties(rmmsim_shared PROPERTIES
	OUTPUT_NAME rmmsim EXPORT_NAME rmmsim LINKER_LANGUAGE C
	VERSION ${PROJECT_VERSION} SOVERSION ${RMMSIM_SOVERSION}
	LINK_DEPENDS ${version_script})
target_link_libraries(rmmsim_shared PRIVATE
	$<BUILD_INTERFACE:rmmsim_flags> ${RMMSIM_DEPENDENCIES})
target_link_options(rmmsim_shared PRIVATE -Wl,--version-script=${version_script}
	$<$<NOT:$<BOOL:${RMMSIM_SANITIZE}>>:-Wl,--no-undefined>)

# --- static --------------------------------------------------------------------------------

# A plain archive would put realm_create() and its like into the name space of the program. A host's
# realm code has functions of exactly these names, so they must not be visible to its linker.
set(single_object ${PROJECT_BINARY_DIR}/rmmsim_single.o)
add_custom_command(OUTPUT ${single_object}
	COMMAND ${CMAKE_LINKER} -r -o ${single_object}.all $<TARGET_OBJECTS:rmmsim_objects>
	COMMAND ${CMAKE_OBJCOPY} --wildcard "--keep-global-symbol=rmmsim_*"
		${single_object}.all ${single_object}
	COMMAND ${CMAKE_COMMAND} -E rm ${single_object}.all
	DEPENDS rmmsim_objects $<TARGET_OBJECTS:rmmsim_objects>
	COMMAND_EXPAND_LISTS VERBATIM COMMENT "Linking rmmsim_single.o with local symbols")
set_source_files_properties(${single_object} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
add_library(rmmsim_static STATIC ${single_object})
add_library(rmmsim::rmmsim_static ALIAS rmmsim_static)
set_target_properties(rmmsim_static PROPERTIES OUTPUT_NAME rmmsim LINKER_LANGUAGE C)
target_link_libraries(rmmsim_static PRIVATE
	$<BUILD_INTERFACE:rmmsim_flags> ${RMMSIM_DEPENDENCIES})

foreach(target rmmsim_shared rmmsim_static)
	target_include_directories(${target} INTERFACE
		$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
		$<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
endforeach()

# --- internal ------------------------------------------------------------------------------

add_library(rmmsim_internal STATIC EXCLUDE_FROM_ALL $<TARGET_OBJECTS:rmmsim_objects>)
set_target_properties(rmmsim_internal PROPERTIES LINKER_LANGUAGE C)
target_link_libraries(rmmsim_internal PUBLIC rmmsim_flags ${RMMSIM_DEPENDENCIES})
