# SPDX-License-Identifier: BSD-3-Clause
# The Python package, built and tested where cffi, Python's headers and a shared library without sanitizers are. A
# program that was not built with a sanitizer cannot load a library that was.

rmmsim_find_python(bindings_python
	"import cffi, os, sys, sysconfig\nsys.exit(not os.path.exists(sysconfig.get_path('include') + '/Python.h'))")

set(bindings_missing)
if(RMMSIM_SANITIZE)
	set(bindings_missing "the library is built with ${RMMSIM_SANITIZE} sanitizers, python3 is not")
elseif(NOT bindings_python)
	set(bindings_missing "python3-cffi or python3-dev is not installed")
endif()
if(bindings_missing)
	add_test(NAME bindings.python COMMAND ${CMAKE_COMMAND} -E echo "SKIPPED: ${bindings_missing}")
	rmmsim_set_test_properties(bindings.python bindings)
	set_tests_properties(bindings.python PROPERTIES SKIP_REGULAR_EXPRESSION "SKIPPED: ")
	return()
endif()

set(bindings_output ${PROJECT_BINARY_DIR}/python)
add_test(NAME bindings.build_python COMMAND ${bindings_python} -B ${PROJECT_SOURCE_DIR}/bindings/python/build.py
	${bindings_output} --include ${PROJECT_SOURCE_DIR}/include --library $<TARGET_FILE_DIR:rmmsim_shared>)
add_test(NAME bindings.python COMMAND ${bindings_python} -B ${PROJECT_SOURCE_DIR}/tests/bindings/test_python.py
	${bindings_output})
foreach(test bindings.build_python bindings.python)
	rmmsim_set_test_properties(${test} bindings)
endforeach()
set_tests_properties(bindings.build_python PROPERTIES FIXTURES_SETUP bindings_python)
set_tests_properties(bindings.python PROPERTIES FIXTURES_REQUIRED bindings_python)
