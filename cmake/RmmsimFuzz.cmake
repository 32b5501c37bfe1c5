# SPDX-License-Identifier: BSD-3-Clause
# fuzz/fuzz_*.c: one target each, linked to what is beside them. docs/fuzzing.md

set(RMMSIM_FUZZ_ENGINE "standalone" CACHE STRING
	"standalone (any compiler, AFL++'s too), libfuzzer (needs clang), or what to link (OSS-Fuzz)")

add_library(rmmsim_fuzz_engine INTERFACE)
set(fuzz_runner)
if(RMMSIM_FUZZ_ENGINE STREQUAL "libfuzzer")
	if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
		message(FATAL_ERROR "libFuzzer needs clang: preset fuzz, or -DRMMSIM_FUZZ_ENGINE=standalone")
	endif()
	# The library too: coverage of the model is what drives the fuzzer.
	target_compile_options(rmmsim_flags INTERFACE -fsanitize=fuzzer-no-link)
	# Operands of comparisons help to guess bytes of files. Sequences are made by a mutator that knows
	# them, and reporting every comparison of the invariants takes half of the time.
	file(GLOB fuzz_uncompared smc/*.c mem/*.c rtt/*.c planes/*.c exec/*.c rmm/*.c rmm/*/*.c sequence/*.c)
	list(FILTER fuzz_uncompared EXCLUDE REGEX "/state/")
	set_source_files_properties(${fuzz_uncompared} PROPERTIES
		COMPILE_OPTIONS -fno-sanitize-coverage=trace-cmp)
	target_link_options(rmmsim_fuzz_engine INTERFACE -fsanitize=fuzzer)
elseif(RMMSIM_FUZZ_ENGINE STREQUAL "standalone")
	set(fuzz_runner ${PROJECT_SOURCE_DIR}/fuzz/standalone.c)
else()
	target_link_options(rmmsim_fuzz_engine INTERFACE ${RMMSIM_FUZZ_ENGINE})
endif()
# Tests have a library of broken variants of their own.
if(RMMSIM_MUTANTS AND NOT RMMSIM_BUILD_TESTS)
	target_compile_definitions(rmmsim_flags INTERFACE RMMSIM_MUTANTS=1)
endif()

file(GLOB fuzz_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/fuzz/fuzz_*.c)
file(GLOB fuzz_support CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/fuzz/*.c)
list(FILTER fuzz_support EXCLUDE REGEX "/(fuzz_|standalone|afl_)[^/]*$")

set(fuzz_targets)
foreach(source IN LISTS fuzz_sources)
	get_filename_component(target ${source} NAME_WE)
	add_executable(${target} ${source} ${fuzz_support} ${fuzz_runner})
	target_link_libraries(${target} PRIVATE
		rmmsim_board rmmsim_trace rmmsim_internal MbedCrypto::MbedCrypto rmmsim_fuzz_engine)
	list(APPEND fuzz_targets ${target})
endforeach()

# AFL++ loads its mutator: AFL_CUSTOM_MUTATOR_LIBRARY. Not with the coverage of libFuzzer inside.
if(RMMSIM_FUZZ_ENGINE STREQUAL "standalone" AND NOT RMMSIM_SANITIZE)
	set_target_properties(rmmsim_trace_archive PROPERTIES POSITION_INDEPENDENT_CODE ON)
	add_library(rmmsim_afl_mutator MODULE ${PROJECT_SOURCE_DIR}/fuzz/afl_mutator.c)
	target_link_libraries(rmmsim_afl_mutator PRIVATE rmmsim_trace rmmsim_internal)
	list(APPEND fuzz_targets rmmsim_afl_mutator)
endif()
add_custom_target(fuzz_programs DEPENDS ${fuzz_targets})
