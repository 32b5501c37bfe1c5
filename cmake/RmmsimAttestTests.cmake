# SPDX-License-Identifier: BSD-3-Clause
# Tokens and measurements, checked by programs that share no code with the library. They look at what
# attest.test_files leaves behind.

set(attest_output ${PROJECT_BINARY_DIR}/attest)
set_tests_properties(attest.test_files PROPERTIES FIXTURES_SETUP attest_files)

rmmsim_find_python(attest_python "import cbor2, cryptography")
if(NOT attest_python)
	set(attest_python ${Python3_EXECUTABLE})
endif()

set(token_files)
foreach(name 907-sha-256 907-sha-512 399-sha-256 907-private)
	list(APPEND token_files ${attest_output}/${name}.cbor)
endforeach()
add_test(NAME attest.tokens_by_python COMMAND ${attest_python}
	${PROJECT_SOURCE_DIR}/tests/attest/check_token.py ${token_files})
add_test(NAME attest.rim_by_python COMMAND ${Python3_EXECUTABLE}
	${PROJECT_SOURCE_DIR}/tests/attest/check_rim.py
	${attest_output}/rim-sha-256.txt ${attest_output}/rim-sha-512.txt)
foreach(test attest.tokens_by_python attest.rim_by_python)
	rmmsim_set_test_properties(${test} attest)
	set_tests_properties(${test} PROPERTIES FIXTURES_REQUIRED attest_files SKIP_RETURN_CODE 77)
endforeach()

# Tokens to order, judged by a verifier of its own.
add_test(NAME attest.make_tokens COMMAND rmmsim_cli token make --all --output ${PROJECT_BINARY_DIR}/made-tokens)
set_tests_properties(attest.make_tokens PROPERTIES FIXTURES_SETUP made_tokens)
add_test(NAME attest.made_tokens_by_python COMMAND ${attest_python}
	${PROJECT_SOURCE_DIR}/tests/attest/verify_token.py ${PROJECT_BINARY_DIR}/made-tokens)
set_tests_properties(attest.made_tokens_by_python PROPERTIES
	FIXTURES_REQUIRED made_tokens SKIP_RETURN_CODE 77)
foreach(test attest.make_tokens attest.made_tokens_by_python)
	rmmsim_set_test_properties(${test} attest)
endforeach()
