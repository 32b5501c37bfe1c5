# SPDX-License-Identifier: BSD-3-Clause
# find_package(rmmsim) gives rmmsim::rmmsim (shared) and rmmsim::rmmsim_static; pkg-config rmmsim. Where it
# was built with Unicorn, rmmsim::rmmsim_unicorn and rmmsim-unicorn.pc too.

include(CMakePackageConfigHelpers)

set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/rmmsim)

# unicorn.h belongs to librmmsim-unicorn and is installed with it.
install(DIRECTORY include/rmmsim DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}
	FILES_MATCHING PATTERN "*.h" PATTERN unicorn.h EXCLUDE)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
# Two export sets: a user of the shared library needs none of the static library's dependencies.
install(TARGETS rmmsim_shared EXPORT rmmsim_shared LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS rmmsim_static EXPORT rmmsim_static ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
foreach(kind shared static)
	install(EXPORT rmmsim_${kind} NAMESPACE rmmsim:: FILE rmmsim-${kind}.cmake
		DESTINATION ${config_dir})
endforeach()

configure_package_config_file(cmake/rmmsim-config.cmake.in rmmsim-config.cmake
	INSTALL_DESTINATION ${config_dir} NO_SET_AND_CHECK_MACRO)
# The API may change between minor versions until 1.0.
write_basic_package_version_file(rmmsim-config-version.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/rmmsim-config.cmake
	${PROJECT_BINARY_DIR}/rmmsim-config-version.cmake cmake/FindMbedCrypto.cmake
	cmake/FindLibcbor.cmake cmake/FindLibgcrypt.cmake
	DESTINATION ${config_dir})

# mbedTLS has mbedcrypto.pc from 3.6 on; naming a missing one would make rmmsim.pc unusable.
set(RMMSIM_PC_REQUIRES "libcbor")
set(RMMSIM_PC_LIBS "-lmbedcrypto")
find_package(PkgConfig)
if(PKG_CONFIG_FOUND)
	pkg_check_modules(MBEDCRYPTO_PC QUIET mbedcrypto)
	if(MBEDCRYPTO_PC_FOUND)
		set(RMMSIM_PC_REQUIRES "libcbor mbedcrypto")
		set(RMMSIM_PC_LIBS "")
	endif()
endif()
if(RMMSIM_HAVE_GCRYPT)
	string(APPEND RMMSIM_PC_REQUIRES " libgcrypt")
endif()
# Relative to the file itself, so that an installed tree can be moved.
if(IS_ABSOLUTE "${CMAKE_INSTALL_LIBDIR}")
	set(RMMSIM_PC_PREFIX ${CMAKE_INSTALL_PREFIX})
	set(RMMSIM_PC_LIBDIR ${CMAKE_INSTALL_LIBDIR})
else()
	file(RELATIVE_PATH up /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
	string(REGEX REPLACE "/$" "" up "${up}")
	set(RMMSIM_PC_PREFIX "\${pcfiledir}/${up}")
	set(RMMSIM_PC_LIBDIR "\${prefix}/${CMAKE_INSTALL_LIBDIR}")
endif()
configure_file(cmake/rmmsim.pc.in rmmsim.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/rmmsim.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
if(TARGET rmmsim_unicorn)
	configure_file(cmake/rmmsim-unicorn.pc.in rmmsim-unicorn.pc @ONLY)
	install(FILES ${PROJECT_BINARY_DIR}/rmmsim-unicorn.pc
		DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
endif()
