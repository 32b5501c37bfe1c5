# SPDX-License-Identifier: BSD-3-Clause
# Installs the build to a prefix of its own and uses it from there as a stranger would: find_package()
# with the shared and the static library, and pkg-config; the engine for AArch64 code, if it was built.
# -DWITH_UNICORN -DBUILD_DIR -DSOURCE_DIR -DC_COMPILER -DC_FLAGS -DGENERATOR -DMAKE_PROGRAM -DVERSION

set(work ${BUILD_DIR}/tests/outside_project)
set(prefix ${work}/prefix)
set(consumer ${SOURCE_DIR}/tests/package/consumer)
list(JOIN C_FLAGS " " c_flags)

function(run)
	execute_process(COMMAND ${ARGN} TIMEOUT 50 RESULT_VARIABLE result OUTPUT_VARIABLE output
		ERROR_VARIABLE output)
	if(NOT result EQUAL 0)
		list(JOIN ARGN " " command)
		message(FATAL_ERROR "failed (${result}): ${command}\n${output}")
	endif()
	set(output "${output}" PARENT_SCOPE)
endfunction()

function(expect_answer program)
	run(${program})
	if(NOT output MATCHES "rmmsim ${VERSION} answers")
		message(FATAL_ERROR "${program} says: ${output}")
	endif()
endfunction()

file(REMOVE_RECURSE ${work})
run(${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix})

# --- find_package ----------------------------------------------------------------------------

run(${CMAKE_COMMAND} -S ${consumer} -B ${work}/build -G ${GENERATOR}
	-DCMAKE_MAKE_PROGRAM=${MAKE_PROGRAM} -DCMAKE_C_COMPILER=${C_COMPILER}
	"-DCMAKE_C_FLAGS=${c_flags}" -DCMAKE_PREFIX_PATH=${prefix} -DWITH_UNICORN=${WITH_UNICORN})
run(${CMAKE_COMMAND} --build ${work}/build)
expect_answer(${work}/build/consumer_shared)
expect_answer(${work}/build/consumer_static)
expect_answer(${work}/build/consumer_device)
if(WITH_UNICORN)
	expect_answer(${work}/build/consumer_unicorn)
endif()

# --- pkg-config ------------------------------------------------------------------------------

file(GLOB_RECURSE pc ${prefix}/rmmsim.pc)
get_filename_component(pc_dir ${pc} DIRECTORY)
set(ENV{PKG_CONFIG_PATH} ${pc_dir})
set(sources ${consumer}/main.c ${consumer}/host_realm.c)
find_program(PKG_CONFIG pkg-config REQUIRED)

run(${PKG_CONFIG} --cflags --libs rmmsim)
string(STRIP "${output}" flags)
separate_arguments(flags UNIX_COMMAND "${flags}")
run(${PKG_CONFIG} --variable=libdir rmmsim)
string(STRIP "${output}" libdir)
run(${C_COMPILER} ${C_FLAGS} ${sources} -o ${work}/pc_shared ${flags} -Wl,-rpath,${libdir})
expect_answer(${work}/pc_shared)

if(WITH_UNICORN)
	run(${PKG_CONFIG} --cflags --libs rmmsim-unicorn)
	string(STRIP "${output}" unicorn_flags)
	separate_arguments(unicorn_flags UNIX_COMMAND "${unicorn_flags}")
	run(${C_COMPILER} ${C_FLAGS} ${consumer}/unicorn.c -o ${work}/pc_unicorn ${unicorn_flags}
		-Wl,-rpath,${libdir})
	expect_answer(${work}/pc_unicorn)
endif()

run(${PKG_CONFIG} --static --cflags --libs rmmsim)
string(STRIP "${output}" flags)
separate_arguments(flags UNIX_COMMAND "${flags}")
# The linker prefers the shared library unless it is told which file to take.
list(TRANSFORM flags REPLACE "^-lrmmsim$" "-l:librmmsim.a")
run(${C_COMPILER} ${C_FLAGS} ${sources} -o ${work}/pc_static ${flags})
expect_answer(${work}/pc_static)

# --- what was installed ----------------------------------------------------------------------

file(GLOB shared ${libdir}/librmmsim.so.${VERSION})
if(NOT shared)
	message(FATAL_ERROR "librmmsim.so.${VERSION} is not in ${libdir}")
endif()
file(GLOB_RECURSE headers RELATIVE ${prefix}/include ${prefix}/include/*)
foreach(header IN LISTS headers)
	if(NOT header MATCHES "^rmmsim/")
		message(FATAL_ERROR "installs a header outside of rmmsim/: ${header}")
	endif()
endforeach()
