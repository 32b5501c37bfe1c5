# SPDX-License-Identifier: BSD-3-Clause
# What everything in the tree is compiled with. Never exported to users of the library.

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)

add_library(rmmsim_flags INTERFACE)
target_include_directories(rmmsim_flags INTERFACE
	${PROJECT_SOURCE_DIR} ${PROJECT_SOURCE_DIR}/include)
target_compile_definitions(rmmsim_flags INTERFACE
	$<$<BOOL:${RMMSIM_CHECK_ALWAYS}>:RMMSIM_CHECK_EVERY_CALL=1>
	$<$<BOOL:${RMMSIM_COMPARE_PASSES}>:RMMSIM_COMPARES=1>)
# Names of files in messages and debug data do not depend on where the tree lies.
target_compile_options(rmmsim_flags INTERFACE
	-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=
	$<$<COMPILE_LANGUAGE:C>:-Wall;-Wextra;-Wshadow;-Wstrict-prototypes;-Wmissing-prototypes;-Wundef;-Wpointer-arith;-Wwrite-strings;-Wvla;-Wimplicit-fallthrough>)

if(RMMSIM_SANITIZE)
	list(JOIN RMMSIM_SANITIZE "," sanitizers)
	set(RMMSIM_SANITIZE_FLAGS -fsanitize=${sanitizers} -fno-sanitize-recover=all
		-fno-omit-frame-pointer)
	target_compile_options(rmmsim_flags INTERFACE ${RMMSIM_SANITIZE_FLAGS})
	target_link_options(rmmsim_flags INTERFACE ${RMMSIM_SANITIZE_FLAGS})
endif()

# Sources of a room: rooms are directories, so a new file needs no line here. Directories inside of a
# room are built apart.
function(rmmsim_room_sources out)
	set(sources)
	foreach(room IN LISTS ARGN)
		file(GLOB found CONFIGURE_DEPENDS
			${PROJECT_SOURCE_DIR}/${room}/*.c ${PROJECT_SOURCE_DIR}/${room}/*.S)
		list(APPEND sources ${found})
	endforeach()
	set(${out} ${sources} PARENT_SCOPE)
endfunction()

# Splits the C files of a directory into those with a main() and the rest.
function(rmmsim_split_programs directory out_programs out_support)
	file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/${directory}/*.c)
	# A project of its own.
	list(FILTER sources EXCLUDE REGEX "/examples/host-test/")
	set(programs)
	set(support)
	foreach(source IN LISTS sources)
		set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
		file(STRINGS ${source} main_line REGEX "^int main\\(")
		if(main_line)
			list(APPEND programs ${source})
		else()
			list(APPEND support ${source})
		endif()
	endforeach()
	set(${out_programs} ${programs} PARENT_SCOPE)
	set(${out_support} ${support} PARENT_SCOPE)
endfunction()

# An internal library `name` of the sources, which may be none: an archive of nothing cannot be made.
function(rmmsim_add_internal name)
	cmake_parse_arguments(arg "" "" "SOURCES;LINKS" ${ARGN})
	add_library(${name} INTERFACE)
	if(arg_SOURCES)
		add_library(${name}_archive STATIC EXCLUDE_FROM_ALL ${arg_SOURCES})
		target_link_libraries(${name}_archive PUBLIC ${arg_LINKS})
		target_link_libraries(${name} INTERFACE ${name}_archive)
	endif()
	target_link_libraries(${name} INTERFACE ${arg_LINKS})
endfunction()
