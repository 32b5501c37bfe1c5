# SPDX-License-Identifier: BSD-3-Clause
# Programs with the broken variants inside, for tests/broken/: RMMSIM_FUZZ_MUTANT=NAME chooses one.
#   broken/rmmsim          the command
#   broken/rmmsim_checked  looks at every invariant after every call, and aborts
#   broken/fuzz_sequence, broken/fuzz_differential, broken/fuzz_device
#   broken/printed_sequence, broken/printed_recording
#                          what `rmmsim to-test` prints of files that some variant fails
#   broken/ROOM.TEST       each test that a row of smc/mutants.def names

set(broken_fuzz ${PROJECT_SOURCE_DIR}/fuzz)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/broken)

function(rmmsim_add_broken name)
	add_executable(broken_${name} ${ARGN} ${PROJECT_SOURCE_DIR}/tests/broken/choose.c)
	set_target_properties(broken_${name} PROPERTIES
		OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/broken)
	target_link_libraries(broken_${name} PRIVATE rmmsim_mutants_support)
endfunction()

add_library(broken_tools OBJECT EXCLUDE_FROM_ALL ${tools_sources} ${host_sources})
target_link_libraries(broken_tools PRIVATE rmmsim_mutants)
target_compile_definitions(broken_tools PRIVATE RMMSIM_HAVE_UNICORN=0)
rmmsim_add_broken(rmmsim $<TARGET_OBJECTS:broken_tools>)
# Its own rmm/door.c is linked instead of that of the library.
rmmsim_add_broken(rmmsim_checked $<TARGET_OBJECTS:broken_tools> ${PROJECT_SOURCE_DIR}/rmm/door.c)
target_compile_definitions(broken_rmmsim_checked PRIVATE RMMSIM_CHECK_EVERY_CALL=1)

foreach(target fuzz_sequence fuzz_differential fuzz_device)
	rmmsim_add_broken(${target} ${broken_fuzz}/${target}.c ${broken_fuzz}/common.c
		${broken_fuzz}/sequence.c ${broken_fuzz}/peer.c ${broken_fuzz}/standalone.c)
endforeach()

foreach(printed "sequence;tests/broken/revives.rmm" "recording;tests/traces/mec-01.jsonl.gz")
	list(GET printed 0 kind)
	list(GET printed 1 file)
	set(source ${PROJECT_BINARY_DIR}/broken/printed_${kind}.c)
	set(file ${PROJECT_SOURCE_DIR}/${file})
	add_custom_command(OUTPUT ${source}
		COMMAND sh -c "\"$<TARGET_FILE:rmmsim_cli>\" to-test \"${file}\" >\"${source}\""
		DEPENDS rmmsim_cli ${file} VERBATIM)
	rmmsim_add_broken(printed_${kind} ${source})
endforeach()

# "room.test" in the third column.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/smc/mutants.def)
file(READ ${PROJECT_SOURCE_DIR}/smc/mutants.def rows)
string(REGEX MATCHALL "\"[a-z]+\\.test_[a-z0-9_]+\"" named_tests "${rows}")
list(REMOVE_DUPLICATES named_tests)
foreach(named IN LISTS named_tests)
	string(REGEX REPLACE "\"([a-z]+)\\.([a-z0-9_]+)\"" "\\1/\\2" file "${named}")
	string(REPLACE "/" "." name ${file})
	# With what is beside the tests of the room.
	get_filename_component(room ${PROJECT_SOURCE_DIR}/tests/${file} DIRECTORY)
	file(GLOB beside CONFIGURE_DEPENDS ${room}/*.c)
	list(FILTER beside EXCLUDE REGEX "/test_[^/]*$")
	rmmsim_add_broken(${name} ${PROJECT_SOURCE_DIR}/tests/${file}.c ${beside})
	list(APPEND broken_tests broken_${name})
endforeach()
add_custom_target(broken_tests DEPENDS ${broken_tests})
