# SPDX-License-Identifier: BSD-3-Clause
# Programs that use the public API only: examples/, bench/. They link the static library as a
# user's program does.

# Each file with a main() in `directory` or one directory below is a program; the files beside it that
# have none are linked to it.
function(rmmsim_add_programs directory prefix out)
	rmmsim_split_programs(${directory} programs support)
	list(FILTER programs EXCLUDE REGEX "_unicorn\\.c$") # exec/unicorn/CMakeLists.txt
	set(targets)
	foreach(source IN LISTS programs)
		get_filename_component(place ${source} DIRECTORY)
		get_filename_component(name ${source} NAME_WE)
		string(REGEX REPLACE "^${prefix}" "" name ${name})
		set(target ${prefix}${name})
		set(beside ${support})
		list(FILTER beside INCLUDE REGEX "^${place}/[^/]*$")
		add_executable(${target} ${source} ${beside})
		# What measures sequences needs the room that has them.
		file(STRINGS ${source} uses_trace REGEX "^#include \"(trace|sequence)/")
		set(library rmmsim_static)
		if(uses_trace)
			set(library rmmsim_trace rmmsim_internal)
		endif()
		target_link_libraries(${target} PRIVATE rmmsim_flags ${library}
			${RMMSIM_DEPENDENCIES})
		target_compile_definitions(${target} PRIVATE
			RMMSIM_SOURCE_DIR="${PROJECT_SOURCE_DIR}" RMMSIM_HAVE_GCRYPT=${RMMSIM_HAVE_GCRYPT})
		list(APPEND targets ${target})
	endforeach()
	set(${out} ${targets} PARENT_SCOPE)
endfunction()

if(RMMSIM_BUILD_EXAMPLES)
	rmmsim_add_programs(examples example_ RMMSIM_EXAMPLES)
endif()

if(RMMSIM_BUILD_BENCH)
	rmmsim_add_programs(bench bench_ RMMSIM_BENCHES)
	add_custom_target(bench_programs DEPENDS ${RMMSIM_BENCHES})
endif()
