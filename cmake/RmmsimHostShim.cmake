# SPDX-License-Identifier: BSD-3-Clause
# host_shim: one relocatable object per library, with the names of the rows of smc/ and of its own files
# made local, because the code under test has a name space of its own.
#   rmmsim::smccc      L0 only
#   rmmsim::host_shim  L0, L1, L3; L2 is compiled for each kernel tree (host_shim/kvm)
#   rmmsim::kslice     the tool that takes functions out of a file

rmmsim_room_sources(host_shim_l0 host_shim/src/conduit)
rmmsim_room_sources(host_shim_upper host_shim/src/memory host_shim/src/machine host_shim/src/kit)
set(host_shim_sources ${host_shim_l0} ${host_shim_upper})
file(GLOB smc_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/smc/*.c)

add_library(rmmsim_host_shim_rows OBJECT ${smc_sources})
add_library(rmmsim_host_shim_l0 OBJECT ${host_shim_l0})
add_library(rmmsim_host_shim_upper OBJECT ${host_shim_upper})
foreach(target rmmsim_host_shim_rows rmmsim_host_shim_l0 rmmsim_host_shim_upper)
	target_link_libraries(${target} PRIVATE rmmsim_flags)
	target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/host_shim/include)
	target_compile_definitions(${target} PRIVATE HSHIM_WITH_LIBC HSHIM_PAGE_SHIFT=hshim_page_shift)
	target_compile_options(${target} PRIVATE -fno-strict-aliasing -fno-omit-frame-pointer)
	set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON EXCLUDE_FROM_ALL ON)
endforeach()

# A static library of the objects of the given targets.
function(rmmsim_add_shim_library name alias)
	set(objects)
	foreach(target IN LISTS ARGN)
		list(APPEND objects $<TARGET_OBJECTS:${target}>)
	endforeach()
	set(single ${PROJECT_BINARY_DIR}/${name}_single.o)
	add_custom_command(OUTPUT ${single}
		COMMAND ${CMAKE_LINKER} -r -o ${single}.all ${objects}
		COMMAND ${CMAKE_OBJCOPY} --wildcard -L "smc_*" -L "rmi_status_name" -L "rsi_status_name"
			-L "shim_*" -L "text_*" -L "ram_*" -L "locks_*" -L "defer_*" -L "guard_*" -L "exits_*" -L "guest_start"
			-L "watch_*" -L "match_*" -L "check_*" -L "again_*" -L "record_*" -L "env_*" -L "heap_stop" -L "user_stop" ${single}.all ${single}
		COMMAND ${CMAKE_COMMAND} -E rm ${single}.all
		DEPENDS ${ARGN} ${objects} COMMAND_EXPAND_LISTS VERBATIM
		COMMENT "Linking ${name}_single.o with local symbols")
	set_source_files_properties(${single} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
	add_library(${name} STATIC ${single})
	add_library(rmmsim::${alias} ALIAS ${name})
	set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C EXPORT_NAME ${alias})
	target_include_directories(${name} INTERFACE
		$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/host_shim/include>
		$<INSTALL_INTERFACE:${CMAKE_INSTALL_DATADIR}/rmmsim/host_shim/include>)
	target_link_libraries(${name} INTERFACE rmmsim_shared ${CMAKE_DL_LIBS})
endfunction()
rmmsim_add_shim_library(rmmsim_smccc smccc rmmsim_host_shim_rows rmmsim_host_shim_l0)
rmmsim_add_shim_library(rmmsim_host_shim_kit host_shim
	rmmsim_host_shim_rows rmmsim_host_shim_l0 rmmsim_host_shim_upper)

# The plain objects, for tests of host_shim itself: the rows come with rmmsim_internal.
rmmsim_add_internal(rmmsim_host_shim SOURCES ${host_shim_sources} LINKS rmmsim_internal rmmsim_flags)
target_include_directories(rmmsim_host_shim INTERFACE ${PROJECT_SOURCE_DIR}/host_shim/include)
target_compile_definitions(rmmsim_host_shim INTERFACE HSHIM_WITH_LIBC)
target_include_directories(rmmsim_host_shim_archive PRIVATE ${PROJECT_SOURCE_DIR}/host_shim/include)
target_compile_definitions(rmmsim_host_shim_archive PRIVATE HSHIM_WITH_LIBC
	HSHIM_PAGE_SHIFT=hshim_page_shift)
target_compile_options(rmmsim_host_shim_archive PRIVATE -fno-strict-aliasing -fno-omit-frame-pointer)

add_executable(rmmsim_kslice ${PROJECT_SOURCE_DIR}/host_shim/tools/kslice.c)
add_executable(rmmsim::kslice ALIAS rmmsim_kslice)
set_target_properties(rmmsim_kslice PROPERTIES OUTPUT_NAME rmmsim-kslice EXPORT_NAME kslice)
target_link_libraries(rmmsim_kslice PRIVATE rmmsim_flags)

set(RMMSIM_HOST_SHIM_DIR ${PROJECT_SOURCE_DIR}/host_shim)
include(${PROJECT_SOURCE_DIR}/host_shim/cmake/RmmsimHostShim.cmake)

install(TARGETS rmmsim_smccc rmmsim_host_shim_kit EXPORT rmmsim_host_shim
	ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(TARGETS rmmsim_kslice EXPORT rmmsim_host_shim RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install(FILES docs/man/rmmsim-kslice.1 DESTINATION ${CMAKE_INSTALL_MANDIR}/man1)
install(EXPORT rmmsim_host_shim NAMESPACE rmmsim:: FILE rmmsim-host_shim.cmake
	DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/rmmsim)
foreach(part include kvm cmake)
	install(DIRECTORY host_shim/${part} DESTINATION ${CMAKE_INSTALL_DATADIR}/rmmsim/host_shim)
endforeach()
install(FILES host_shim/README.md host_shim/LICENSE
	DESTINATION ${CMAKE_INSTALL_DATADIR}/rmmsim/host_shim)

if(RMMSIM_BUILD_EXAMPLES)
	enable_testing()
	set(HOST_TEST_SANITIZE "${RMMSIM_SANITIZE}" CACHE STRING "sanitizers for the code under test" FORCE)
	add_subdirectory(examples/host-test)
	# One of those that ./dev bench finds.
	set_target_properties(bench_host PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
	if(TARGET bench_programs)
		add_dependencies(bench_programs bench_host)
	endif()
endif()
