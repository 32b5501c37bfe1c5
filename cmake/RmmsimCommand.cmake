# SPDX-License-Identifier: BSD-3-Clause
# The `rmmsim` command, at the root of the build directory.

rmmsim_room_sources(tools_sources tools)
rmmsim_split_programs(examples program_sources host_sources)

if(tools_sources)
	# The demonstration's host is the code of examples/ that is not a program of its own.
	add_executable(rmmsim_cli ${tools_sources} ${host_sources})
	set_target_properties(rmmsim_cli PROPERTIES
		OUTPUT_NAME rmmsim RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR})
	# The assembler takes the page of `rmmsim report` into the object.
	set(report_page ${PROJECT_SOURCE_DIR}/tools/report.html)
	set_source_files_properties(tools/report_out.c PROPERTIES
		COMPILE_DEFINITIONS "REPORT_PAGE=\"${report_page}\"" OBJECT_DEPENDS ${report_page})
	target_link_libraries(rmmsim_cli PRIVATE rmmsim_board rmmsim_trace rmmsim_internal)
	install(TARGETS rmmsim_cli RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
else()
	message(STATUS "tools/ has no sources: the rmmsim command is not built")
endif()
