# SPDX-License-Identifier: BSD-3-Clause
# Manual pages and completion of the command line. They are made of what the built command says about
# itself, so where it cannot run here (another architecture), or without Python, there are none.

find_package(Python3 3.9 COMPONENTS Interpreter)
if(NOT TARGET rmmsim_cli OR NOT Python3_FOUND OR (CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR))
	message(STATUS "no manual pages: they need the command and python3")
	return()
endif()

set(pages_dir ${PROJECT_BINARY_DIR}/pages)
set(pages_generator ${PROJECT_SOURCE_DIR}/docs/man/generate.py)
file(GLOB pages_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/man/*.py
	${PROJECT_SOURCE_DIR}/include/rmmsim/*.h)
add_custom_command(OUTPUT ${pages_dir}/rmmsim.bash
	COMMAND ${CMAKE_COMMAND} -E rm -rf ${pages_dir}
	COMMAND ${CMAKE_COMMAND} -E make_directory ${pages_dir}
	COMMAND ${Python3_EXECUTABLE} -B ${pages_generator} $<TARGET_FILE:rmmsim_cli> ${PROJECT_SOURCE_DIR} ${pages_dir}
	DEPENDS rmmsim_cli ${pages_sources} ${PROJECT_SOURCE_DIR}/docs/trace-format.md
		${PROJECT_SOURCE_DIR}/docs/fuzzing.md ${PROJECT_SOURCE_DIR}/CHANGELOG.md
	VERBATIM COMMENT "Making manual pages and completion")
add_custom_target(rmmsim_pages ALL DEPENDS ${pages_dir}/rmmsim.bash)

install(DIRECTORY ${pages_dir}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR})
install(FILES ${pages_dir}/rmmsim.bash RENAME rmmsim
	DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${pages_dir}/_rmmsim DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
