# SPDX-License-Identifier: BSD-3-Clause
# tests/<room>/test_*.c       one CTest executable each, named <room>.test_*, labelled <room>
# tests/<room>/test_*.sh      run with bash; in the environment: RMMSIM_COMMAND, RMMSIM_SOURCE_DIR, RMMSIM_PYTHON
# tests/<room>/*.c            anything else there is linked to each test of the room
# tests/support/*.c           linked to every test
# tests/mutants/test_*.c      linked to the broken variants of the library
# tests/broken/test_*.sh      the programs of broken/ in the build directory: RmmsimBroken.cmake
# A name with "thread" adds the label tsan; "long" in a name allows ten times the time.

find_package(PkgConfig REQUIRED)
find_package(Python3 REQUIRED COMPONENTS Interpreter)

# The interpreter that carries out `program` with status 0: packages of the distribution belong to its own, which
# need not be the first on the path. Empty: neither does.
function(rmmsim_find_python out program)
	set(${out} "" PARENT_SCOPE)
	foreach(candidate ${Python3_EXECUTABLE} /usr/bin/python3)
		execute_process(COMMAND ${candidate} -c "${program}" RESULT_VARIABLE result OUTPUT_QUIET ERROR_QUIET)
		if(result EQUAL 0)
			set(${out} ${candidate} PARENT_SCOPE)
			return()
		endif()
	endforeach()
endfunction()
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka>=1.1.5)

# The interpreter itself: a launcher of versions takes longer than most of what it starts.
execute_process(COMMAND ${Python3_EXECUTABLE} -c "import sys; print(sys.executable, end='')"
	OUTPUT_VARIABLE test_python COMMAND_ERROR_IS_FATAL ANY)
set(Python3_EXECUTABLE ${test_python})

set(test_timeout 300)
if(RMMSIM_SANITIZE)
	set(test_timeout 900)
endif()

# Leaves the environment of a person who has set other options alone where it does not matter.
set(test_environment
	"RMMSIM_SOURCE_DIR=${PROJECT_SOURCE_DIR}"
	"RMMSIM_COMMAND=${PROJECT_BINARY_DIR}/rmmsim"
	"RMMSIM_PYTHON=${Python3_EXECUTABLE}"
	"CMAKE_GENERATOR=${CMAKE_GENERATOR}"
	"UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1"
	"TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1")

function(rmmsim_set_test_properties name room)
	set(labels ${room})
	set(timeout ${test_timeout})
	if(name MATCHES "thread")
		list(APPEND labels tsan)
	endif()
	if(name MATCHES "long")
		math(EXPR timeout "${timeout} * 10")
	endif()
	set_tests_properties(${name} PROPERTIES LABELS "${labels}" TIMEOUT ${timeout}
		ENVIRONMENT "${test_environment}" WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
endfunction()

file(GLOB support_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/support/*.c)
add_library(rmmsim_test_flags INTERFACE)
target_compile_definitions(rmmsim_test_flags INTERFACE
	RMMSIM_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
	RMMSIM_BINARY_DIR="${PROJECT_BINARY_DIR}")
target_link_libraries(rmmsim_test_flags INTERFACE rmmsim_flags PkgConfig::CMOCKA m)
rmmsim_add_internal(rmmsim_test_support SOURCES ${support_sources}
	LINKS rmmsim_test_flags rmmsim_trace rmmsim_host_shim rmmsim_board)

# One executable and test per tests/<room>/test_*.c, linked to the given libraries.
function(rmmsim_add_room_tests room)
	set(directory ${PROJECT_SOURCE_DIR}/tests/${room})
	file(GLOB tests CONFIGURE_DEPENDS ${directory}/test_*.c)
	file(GLOB support CONFIGURE_DEPENDS ${directory}/*.c)
	if(tests)
		list(REMOVE_ITEM support ${tests})
	endif()
	rmmsim_add_internal(rmmsim_test_${room} SOURCES ${support} LINKS ${ARGN})
	foreach(source IN LISTS tests)
		get_filename_component(file ${source} NAME_WE)
		set(target ${room}.${file})
		add_executable(${target} ${source})
		set_target_properties(${target} PROPERTIES
			RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
		target_link_libraries(${target} PRIVATE rmmsim_test_${room})
		add_test(NAME ${target} COMMAND ${target})
		rmmsim_set_test_properties(${target} ${room})
		if(target MATCHES "thread")
			set_property(GLOBAL APPEND PROPERTY RMMSIM_TSAN_TESTS ${target})
		endif()
	endforeach()
endfunction()

function(rmmsim_add_script_tests room)
	file(GLOB scripts CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/${room}/test_*.sh)
	foreach(script IN LISTS scripts)
		get_filename_component(file ${script} NAME_WE)
		add_test(NAME ${room}.${file} COMMAND bash ${script})
		rmmsim_set_test_properties(${room}.${file} ${room})
		set_tests_properties(${room}.${file} PROPERTIES SKIP_RETURN_CODE 77)
	endforeach()
endfunction()

file(GLOB test_rooms CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/tests
	${PROJECT_SOURCE_DIR}/tests/*)
list(REMOVE_ITEM test_rooms support mutants package traces unicorn)
if(RMMSIM_SANITIZE)
	list(REMOVE_ITEM test_rooms musl) # compiles the library anew, without
endif()
foreach(room IN LISTS test_rooms)
	if(NOT IS_DIRECTORY ${PROJECT_SOURCE_DIR}/tests/${room})
		continue()
	endif()
	rmmsim_add_room_tests(${room} rmmsim_test_support)
	if(TARGET rmmsim_cli)
		rmmsim_add_script_tests(${room})
	endif()
endforeach()

# What `rmmsim to-test` prints is a test.
if(TARGET rmmsim_cli)
	set(printed ${PROJECT_BINARY_DIR}/printed_test.c)
	set(sequence ${PROJECT_SOURCE_DIR}/fuzz/seeds/fold.rmm)
	add_custom_command(OUTPUT ${printed}
		COMMAND sh -c "\"$<TARGET_FILE:rmmsim_cli>\" to-test \"${sequence}\" >\"${printed}\""
		DEPENDS rmmsim_cli ${sequence} VERBATIM)
	add_executable(tools.printed_test ${printed})
	set_target_properties(tools.printed_test PROPERTIES
		RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
	target_link_libraries(tools.printed_test PRIVATE rmmsim_test_support)
	add_test(NAME tools.printed_test COMMAND tools.printed_test)
	rmmsim_set_test_properties(tools.printed_test tools)
endif()

# Programs of a user's: of each test framework that is there, for testing.test_frameworks.
pkg_check_modules(CHECK IMPORTED_TARGET check>=0.15)
set(framework_cmocka PkgConfig::CMOCKA)
set(framework_check PkgConfig::CHECK)
# Debian has no Unity: a stand-in with its interface, unless there is a directory with unity.h and unity.c.
set(RMMSIM_UNITY "" CACHE PATH "Unity's src/, for testing.test_frameworks; empty: a stand-in of the tests")
set(framework_nothing m)
set(framework_unity m)
foreach(framework cmocka check unity nothing)
	if(framework STREQUAL "check" AND NOT CHECK_FOUND)
		continue()
	endif()
	set(target testing.with_${framework})
	add_executable(${target} ${PROJECT_SOURCE_DIR}/tests/testing/programs/with_${framework}.c)
	set_target_properties(${target} PROPERTIES OUTPUT_NAME with_${framework}
		RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/testing)
	target_compile_options(${target} PRIVATE -g -O1)
	if(framework STREQUAL "unity" AND RMMSIM_UNITY)
		target_sources(${target} PRIVATE ${RMMSIM_UNITY}/unity.c)
		target_include_directories(${target} SYSTEM PRIVATE ${RMMSIM_UNITY})
	elseif(framework STREQUAL "unity")
		target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/testing/programs/unity)
	endif()
	target_link_libraries(${target} PRIVATE rmmsim_flags rmmsim_static ${RMMSIM_DEPENDENCIES}
		${framework_${framework}})
endforeach()

# The engine for AArch64 code, where there is one.
if(TARGET rmmsim_unicorn_internal)
	rmmsim_add_room_tests(unicorn rmmsim_unicorn_internal rmmsim_test_support)
	if(TARGET rmmsim_cli)
		rmmsim_add_script_tests(unicorn)
	endif()
endif()

# Every failure condition of every modelled command has a test: the tests of rmm/ leave behind what
# they provoked, and this one looks at it.
set(coverage_directory ${PROJECT_BINARY_DIR}/coverage)
file(MAKE_DIRECTORY ${coverage_directory})
file(GLOB rmm_tests CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tests/rmm/test_*.c)
foreach(source IN LISTS rmm_tests)
	get_filename_component(file ${source} NAME_WE)
	set_tests_properties(rmm.${file} PROPERTIES FIXTURES_SETUP conditions
		ENVIRONMENT "${test_environment};RMMSIM_TEST_COVERAGE=${coverage_directory}")
endforeach()
add_test(NAME rmm.every_condition_is_provoked COMMAND ${Python3_EXECUTABLE}
	${PROJECT_SOURCE_DIR}/tests/rmm/check_conditions.py ${coverage_directory})
rmmsim_set_test_properties(rmm.every_condition_is_provoked rmm)
set_tests_properties(rmm.every_condition_is_provoked PROPERTIES FIXTURES_REQUIRED conditions)

foreach(example IN LISTS RMMSIM_EXAMPLES)
	string(REPLACE "example_" "" name ${example})
	add_test(NAME examples.${name} COMMAND ${example})
	rmmsim_set_test_properties(examples.${name} examples)
endforeach()

# --- mutants -------------------------------------------------------------------------------

if(RMMSIM_MUTANTS)
	rmmsim_add_internal(rmmsim_mutants SOURCES ${library_sources} ${trace_sources}
		LINKS rmmsim_flags ${RMMSIM_DEPENDENCIES}
		PkgConfig::JANSSON ZLIB::ZLIB)
	target_compile_definitions(rmmsim_mutants INTERFACE RMMSIM_MUTANTS=1)
	if(TARGET rmmsim_mutants_archive)
		target_compile_definitions(rmmsim_mutants_archive PRIVATE RMMSIM_MUTANTS=1)
	endif()
	rmmsim_add_internal(rmmsim_mutants_support SOURCES ${support_sources}
		LINKS rmmsim_test_flags rmmsim_mutants)
	rmmsim_add_room_tests(mutants rmmsim_mutants_support)
	if(TARGET rmmsim_cli AND RMMSIM_FUZZ_ENGINE STREQUAL "standalone")
		include(RmmsimBroken)
	endif()
endif()

# What the thread sanitizer run needs, and no more.
get_property(tsan_tests GLOBAL PROPERTY RMMSIM_TSAN_TESTS)
add_custom_target(tsan_tests DEPENDS ${tsan_tests})

# --- package -------------------------------------------------------------------------------

set(package_arguments
	-DBUILD_DIR=${PROJECT_BINARY_DIR} -DSOURCE_DIR=${PROJECT_SOURCE_DIR}
	-DC_COMPILER=${CMAKE_C_COMPILER} "-DC_FLAGS=${RMMSIM_SANITIZE_FLAGS}"
	-DGENERATOR=${CMAKE_GENERATOR} -DMAKE_PROGRAM=${CMAKE_MAKE_PROGRAM}
	-DVERSION=${PROJECT_VERSION} -DWITH_UNICORN=$<TARGET_EXISTS:rmmsim_unicorn>)
add_test(NAME package.outside_project COMMAND ${CMAKE_COMMAND} ${package_arguments}
	-P ${PROJECT_SOURCE_DIR}/tests/package/outside_project.cmake)
rmmsim_set_test_properties(package.outside_project package)

add_test(NAME package.exported_symbols
	COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/package/exported_symbols.py
	${CMAKE_NM} ${PROJECT_SOURCE_DIR}/include/rmmsim
	$<TARGET_FILE:rmmsim_shared> $<TARGET_FILE:rmmsim_static>)
rmmsim_set_test_properties(package.exported_symbols package)

add_test(NAME package.public_headers
	COMMAND ${Python3_EXECUTABLE} ${PROJECT_SOURCE_DIR}/tests/package/public_headers.py
	${CMAKE_C_COMPILER} ${PROJECT_SOURCE_DIR}/include)
rmmsim_set_test_properties(package.public_headers package)

if(TARGET rmmsim_pages)
	add_test(NAME package.pages COMMAND ${Python3_EXECUTABLE} -B ${PROJECT_SOURCE_DIR}/tests/package/pages.py
		$<TARGET_FILE:rmmsim_cli> ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR}/pages)
	rmmsim_set_test_properties(package.pages package)
endif()

# --- checks --------------------------------------------------------------------------------

file(GLOB checks CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/checks/check_*.py)
foreach(check IN LISTS checks)
	get_filename_component(name ${check} NAME_WE)
	add_test(NAME checks.${name} COMMAND ${Python3_EXECUTABLE} ${check} --self-test)
	rmmsim_set_test_properties(checks.${name} checks)
endforeach()

# Sanitizers add variables of their own.
if(NOT RMMSIM_SANITIZE)
	set(object_list ${PROJECT_BINARY_DIR}/objects.txt)
	set(objects $<TARGET_OBJECTS:rmmsim_objects>)
	foreach(target rmmsim_trace_archive rmmsim_board_archive rmmsim_host_shim_archive rmmsim_cli)
		if(TARGET ${target})
			list(APPEND objects $<TARGET_OBJECTS:${target}>)
		endif()
	endforeach()
	file(GENERATE OUTPUT ${object_list} CONTENT "$<JOIN:${objects},\n>\n")
	add_test(NAME checks.no_global_state COMMAND ${Python3_EXECUTABLE}
		${PROJECT_SOURCE_DIR}/cmake/checks/check_globals.py
		--objdump ${CMAKE_OBJDUMP} --objects ${object_list})
	rmmsim_set_test_properties(checks.no_global_state checks)
endif()
