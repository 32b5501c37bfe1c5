# SPDX-License-Identifier: BSD-3-Clause
# Kernel files as a library of a test program: docs/spec/host-shim.md, section 10.
#
#   rmmsim_add_kernel_objects(NAME TREE dir [PROFILE v10-planes|AUTO]
#     SOURCES arch/arm64/kvm/rme.c ...            relative to the tree
#     [SLICE arch/arm64/kvm/mmu.c [FUNCTIONS DEFAULT|f g h] [EXPORT f g]]
#     [EXTRA_OVERLAY include/linux/foo.h=>linux/foo.h] [EXTRA_SHADOW_HEADERS linux/bar.h]
#     [USER_HEADER hshim_user.h] [DEFINES CONFIG_X=1]
#     [PAGE_SHIFT 12|14|16]                       pages of the host; granules have 4 KiB
#     [SANITIZE address;undefined] [COVERAGE ON])
#   rmmsim_add_kernel_host(NAME LINUX_TREE dir ...)   the same
#
# With an empty TREE nothing is made and NAME_FOUND is false.

set(RMMSIM_HOST_SHIM_CMAKE_DIR ${CMAKE_CURRENT_LIST_DIR})
if(NOT DEFINED RMMSIM_HOST_SHIM_DIR)
	get_filename_component(RMMSIM_HOST_SHIM_DIR ${CMAKE_CURRENT_LIST_DIR} DIRECTORY)
endif()

# Names that a tree may define itself, in its own headers or in the files under test.
set(RMMSIM_HSHIM_OVERRIDABLE kvm_is_realm kvm_realm_state kvm_set_realm_state kvm_realm_is_created
	vcpu_is_rec kvm_arm_rec_finalized kvm_s2_mmu_to_kvm stage2_apply_range kvm_mem_is_private)

# What is taken from the tree: "where=>as", "?" in front: only if it is there.
set(RMMSIM_HSHIM_OVERLAY
	"?arch/arm64/include/asm/rmi_cmds.h=>asm/rmi_cmds.h"
	"?arch/arm64/include/asm/rmi_smc.h=>asm/rmi_smc.h"
	"?arch/arm64/include/asm/kvm_rme.h=>asm/kvm_rme.h"
	"?arch/arm64/include/asm/kvm_rmi.h=>asm/kvm_rmi.h"
	"include/uapi/linux/kvm.h=>uapi/linux/kvm.h"
	"include/uapi/linux/kvm.h=>linux/kvm.h"
	"arch/arm64/include/uapi/asm/kvm.h=>asm/kvm.h"
	"arch/arm64/include/uapi/asm/kvm.h=>uapi/asm/kvm.h"
	"arch/arm64/include/uapi/asm/ptrace.h=>asm/ptrace.h"
	"arch/arm64/include/uapi/asm/ptrace.h=>uapi/asm/ptrace.h"
	"?arch/arm64/include/uapi/asm/sve_context.h=>asm/sve_context.h"
	"?arch/arm64/include/uapi/asm/sve_context.h=>uapi/asm/sve_context.h"
	"?arch/arm64/include/uapi/asm/hwcap.h=>asm/hwcap.h"
	"?arch/arm64/include/uapi/asm/hwcap.h=>uapi/asm/hwcap.h")

# The oldest that is supported, for messages.
set(RMMSIM_HSHIM_OLDEST v7)

# What tells a version from the one before it, newest first: "profile|file|text". `text` empty: the file is
# there; with ! in front: it is there without that text.
set(RMMSIM_HSHIM_MARKS
	"v14|include/linux/arm-smccc-rmi.h|"
	"v14|arch/arm64/kernel/rmi.c|"
	"v12|arch/arm64/include/asm/kvm_rmi.h|"
	"v10-planes|arch/arm64/include/asm/rmi_smc.h|RTT_AUX"
	"v10|arch/arm64/include/asm/kvm_rme.h|may_block"
	"old|arch/arm64/include/asm/kvm_rme.h|spare_page"
	"v7|arch/arm64/include/asm/kvm_rme.h|")
# Of files newer than the newest profile.
set(RMMSIM_HSHIM_NEWER "include/linux/arm-rmi-cmds.h" "drivers/firmware/arm_rmm/rmi.c")
# In files under test: what was gone by v7, and in which file of the kernel it was.
set(RMMSIM_HSHIM_GONE "[>.]pgd_pages" "KVM_PGTABLE_MAX_LEVELS")

function(_rmmsim_hshim_has file text out)
	set(${out} FALSE PARENT_SCOPE)
	if(NOT EXISTS ${file})
		return()
	endif()
	file(READ ${file} content)
	if(NOT text OR content MATCHES "${text}")
		set(${out} TRUE PARENT_SCOPE)
	endif()
endfunction()

# The profile that fits the tree, and what it was recognised by; "old" and "new" are none.
function(_rmmsim_hshim_probe tree sources out why)
	set(${out} old PARENT_SCOPE)
	set(${why} "it has neither asm/kvm_rme.h nor asm/kvm_rmi.h" PARENT_SCOPE)
	foreach(source IN LISTS sources)
		foreach(gone IN LISTS RMMSIM_HSHIM_GONE)
			_rmmsim_hshim_has(${tree}/${source} "${gone}" found)
			if(found)
				string(REGEX REPLACE "^\\[[^]]*\\]" "" gone "${gone}")
				set(${why} "${source} uses ${gone}" PARENT_SCOPE)
				return()
			endif()
		endforeach()
	endforeach()
	foreach(file IN LISTS RMMSIM_HSHIM_NEWER)
		if(EXISTS ${tree}/${file})
			set(${out} new PARENT_SCOPE)
			set(${why} "it has ${file}" PARENT_SCOPE)
			return()
		endif()
	endforeach()
	foreach(mark IN LISTS RMMSIM_HSHIM_MARKS)
		string(REGEX MATCH "^(.*)\\|(.*)\\|(.*)$" mark "${mark}")
		set(profile "${CMAKE_MATCH_1}")
		set(file "${CMAKE_MATCH_2}")
		set(text "${CMAKE_MATCH_3}")
		_rmmsim_hshim_has(${tree}/${file} "${text}" found)
		if(found)
			set(${out} ${profile} PARENT_SCOPE)
			if(text)
				set(${why} "${text} in ${file}" PARENT_SCOPE)
			else()
				set(${why} "it has ${file}" PARENT_SCOPE)
			endif()
			return()
		endif()
	endforeach()
endfunction()

# The names of all profiles, in their order.
function(_rmmsim_hshim_profiles out)
	file(GLOB known RELATIVE ${RMMSIM_HOST_SHIM_CMAKE_DIR}/profiles
		${RMMSIM_HOST_SHIM_CMAKE_DIR}/profiles/*.cmake)
	list(TRANSFORM known REPLACE "\\.cmake$" "")
	list(SORT known COMPARE NATURAL)
	list(JOIN known " " known)
	set(${out} "${known}" PARENT_SCOPE)
endfunction()

# PROFILE AUTO.
function(_rmmsim_hshim_recognise name tree sources out)
	_rmmsim_hshim_probe(${tree} "${sources}" profile why)
	_rmmsim_hshim_profiles(known)
	if(profile STREQUAL old)
		message(FATAL_ERROR "rmmsim: ${name}: the tree is older than ${RMMSIM_HSHIM_OLDEST} (${why}), which is not supported\n"
			"There are profiles for: ${known}\n"
			"To try one all the same, name it: PROFILE ${RMMSIM_HSHIM_OLDEST}.")
	elseif(profile STREQUAL new)
		set(profile v14)
		message(STATUS "rmmsim: ${name}: the tree is newer than any profile (${why}); v14 is taken")
	else()
		message(STATUS "rmmsim: ${name} has profile ${profile} (probed: ${why})")
	endif()
	set(${out} ${profile} PARENT_SCOPE)
endfunction()

# Entry points that host_shim calls: "role=name". A name of another version: DEFINES HSHIM_FN_<role>=name.
set(RMMSIM_HSHIM_ENTRIES INIT_VM=kvm_init_realm_vm ENABLE_CAP=kvm_realm_enable_cap
	DESTROY_VM=kvm_destroy_realm CREATE_REC=kvm_create_rec DESTROY_REC=kvm_destroy_rec
	PRE_ENTER=kvm_rec_pre_enter ENTER=kvm_rec_enter HANDLE_EXIT=handle_rec_exit
	UNMAP_RANGE=kvm_realm_unmap_range DESTROY_RTTS=kvm_realm_destroy_rtts
	PSCI_COMPLETE=realm_psci_complete)

# Defines HSHIM_FN_<role> for those that a header of the tree declares: there is a type to check.
function(_rmmsim_hshim_entries name out headers sources defines)
	set(lines)
	set(declared "")
	foreach(file IN LISTS headers)
		if(EXISTS ${file})
			file(READ ${file} content)
			string(APPEND declared "\n${content}")
		endif()
	endforeach()
	set(defined "")
	foreach(file IN LISTS sources)
		file(READ ${file} content)
		string(APPEND defined "\n${content}")
	endforeach()
	foreach(entry IN LISTS RMMSIM_HSHIM_ENTRIES)
		string(REGEX MATCH "^(.*)=(.*)$" entry "${entry}")
		set(role ${CMAKE_MATCH_1})
		set(function ${CMAKE_MATCH_2})
		foreach(define IN LISTS defines)
			if(define MATCHES "^HSHIM_FN_${role}=\"?([A-Za-z0-9_]+)\"?$")
				set(function ${CMAKE_MATCH_1})
			endif()
		endforeach()
		if(declared MATCHES "[ *\t\n]${function}[ \t\n]*\\(")
			string(APPEND lines "#define HSHIM_FN_${role} ${function}\n")
		elseif(defined MATCHES "\n[a-z][^\n]*[ *]${function}\\(")
			message(WARNING "rmmsim: ${name}: no header of the tree declares ${function}(): "
				"its type is not known, so host_shim does not call it")
		endif()
	endforeach()
	set(${out} "${lines}" PARENT_SCOPE)
endfunction()

function(_rmmsim_hshim_link from to)
	get_filename_component(directory ${to} DIRECTORY)
	file(MAKE_DIRECTORY ${directory})
	file(REMOVE ${to})
	file(CREATE_LINK ${from} ${to} COPY_ON_ERROR SYMBOLIC)
	set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${from})
endfunction()

function(_rmmsim_hshim_overlay directory tree)
	file(REMOVE_RECURSE ${directory})
	foreach(entry IN LISTS ARGN)
		string(REGEX MATCH "^(\\??)(.*)=>(.*)$" match "${entry}")
		if(NOT match)
			message(FATAL_ERROR "rmmsim: EXTRA_OVERLAY takes path=>name, not ${entry}")
		endif()
		set(optional "${CMAKE_MATCH_1}")
		set(from ${tree}/${CMAKE_MATCH_2})
		set(to ${directory}/${CMAKE_MATCH_3})
		if(EXISTS ${from})
			_rmmsim_hshim_link(${from} ${to})
		elseif(NOT optional)
			message(FATAL_ERROR "rmmsim: ${from} does not exist; is TREE the root of a kernel tree?")
		endif()
	endforeach()
endfunction()

# Defines for what the tree defines itself, and for the states and members of its structures.
function(_rmmsim_hshim_scan out)
	set(lines)
	set(text "")
	foreach(file IN LISTS ARGN)
		if(EXISTS ${file})
			file(READ ${file} content)
			string(APPEND text "\n${content}")
		endif()
	endforeach()
	string(REPLACE ";" " " text "${text}")
	foreach(name IN LISTS RMMSIM_HSHIM_OVERRIDABLE)
		if(text MATCHES "\n(static|bool|int|void|enum|struct|#define)[^\n]*[ *]${name}\\(")
			string(APPEND lines "#define HSHIM_TREE_HAS_${name} 1\n")
		endif()
	endforeach()
	if(text MATCHES "mpidr")
		string(APPEND lines "#define HSHIM_REC_HAS_MPIDR 1\n")
	endif()
	if(text MATCHES "REALM_STATE_DEAD")
		string(APPEND lines "#define HSHIM_STATE_DEAD ((int)REALM_STATE_DEAD)\n")
	else()
		string(APPEND lines "#define HSHIM_STATE_DEAD 99\n")
	endif()
	set(${out} "${lines}" PARENT_SCOPE)
endfunction()

# Lines "linux/foo.h is included by asm/bar.h": the files that name a header that is missing.
function(_rmmsim_hshim_includers out missing files)
	set(text "")
	foreach(header IN LISTS missing)
		string(REPLACE "." "\\." pattern "${header}")
		foreach(file IN LISTS files)
			if(NOT EXISTS "${file}")
				continue()
			endif()
			file(STRINGS "${file}" lines REGEX "^[ \t]*#[ \t]*include[ \t]*[<\"]${pattern}[>\"]")
			if(lines)
				string(APPEND text "  ${header} is included by ${file}\n")
			endif()
		endforeach()
	endforeach()
	set(${out} "${text}" PARENT_SCOPE)
endfunction()

# A header that neither the tree nor host_shim has is told now, with what to do, and not by the compiler later.
function(_rmmsim_hshim_check_headers name source)
	execute_process(COMMAND ${CMAKE_C_COMPILER} ${ARGN} -M -MG ${source}
		OUTPUT_VARIABLE deps ERROR_VARIABLE errors RESULT_VARIABLE result)
	string(REPLACE "\\\n" " " deps "${deps}")
	string(REPLACE "\\ " "<blank>" deps "${deps}")
	string(REGEX REPLACE "[ \n\t]+" ";" deps "${deps}")
	list(TRANSFORM deps REPLACE "<blank>" " ")
	set(missing)
	foreach(dep IN LISTS deps)
		if(dep MATCHES "\\.h$" AND NOT IS_ABSOLUTE "${dep}" AND NOT EXISTS "${dep}")
			list(APPEND missing ${dep})
		endif()
	endforeach()
	if(missing)
		list(REMOVE_DUPLICATES missing)
		list(JOIN missing " " names)
		_rmmsim_hshim_includers(includers "${missing}" "${deps}")
		message(FATAL_ERROR "rmmsim: ${source} includes what host_shim does not provide: ${names}\n"
			"${includers}"
			"Add to rmmsim_add_kernel_objects(${name} ...) either\n"
			"  EXTRA_SHADOW_HEADERS ${names}\n"
			"for headers of which nothing is needed, or\n"
			"  EXTRA_OVERLAY include/<path>=><name>\n"
			"for headers that can be taken from the tree as they are.")
	endif()
endfunction()

function(_rmmsim_hshim_shadows directory)
	file(MAKE_DIRECTORY ${directory})
	foreach(header IN LISTS ARGN)
		string(MAKE_C_IDENTIFIER "HSHIM_EXTRA_${header}" guard)
		file(CONFIGURE OUTPUT ${directory}/${header} CONTENT
			"#ifndef @guard@\n#define @guard@\n#include <linux/kernel.h>\n#endif\n" @ONLY)
	endforeach()
endfunction()

# What a configuration of a kernel says of the size of pages.
function(_rmmsim_hshim_pages wanted shift defines)
	if(NOT wanted)
		set(wanted 12)
	endif()
	if(wanted EQUAL 12)
		set(names CONFIG_ARM64_4K_PAGES=1 CONFIG_PGTABLE_LEVELS=4)
	elseif(wanted EQUAL 14)
		set(names CONFIG_ARM64_16K_PAGES=1 CONFIG_PGTABLE_LEVELS=4)
	elseif(wanted EQUAL 16)
		set(names CONFIG_ARM64_64K_PAGES=1 CONFIG_PGTABLE_LEVELS=3)
	else()
		message(FATAL_ERROR "rmmsim: PAGE_SHIFT is 12, 14 or 16, not ${wanted}")
	endif()
	set(${shift} ${wanted} PARENT_SCOPE)
	set(${defines} ${names} PARENT_SCOPE)
endfunction()

function(rmmsim_add_kernel_objects name)
	cmake_parse_arguments(arg "" "TREE;LINUX_TREE;PROFILE;SLICE;USER_HEADER;COVERAGE;PAGE_SHIFT"
		"SOURCES;FUNCTIONS;EXPORT;EXTRA_OVERLAY;EXTRA_SHADOW_HEADERS;DEFINES;SANITIZE" ${ARGN})
	set(${name}_FOUND FALSE PARENT_SCOPE)
	set(tree ${arg_TREE}${arg_LINUX_TREE})
	if(NOT tree)
		message(STATUS "rmmsim: ${name} is skipped, no kernel tree was given")
		return()
	endif()
	_rmmsim_hshim_pages("${arg_PAGE_SHIFT}" page_shift page_defines)
	get_filename_component(tree ${tree} ABSOLUTE)
	if(NOT IS_DIRECTORY ${tree})
		message(FATAL_ERROR "rmmsim: ${name}: the kernel tree ${tree} does not exist")
	endif()
	foreach(source IN LISTS arg_SOURCES arg_SLICE)
		if(NOT EXISTS ${tree}/${source})
			message(FATAL_ERROR "rmmsim: ${tree}/${source} does not exist")
		endif()
	endforeach()
	if(NOT arg_PROFILE OR arg_PROFILE STREQUAL AUTO)
		_rmmsim_hshim_recognise(${name} ${tree} "${arg_SOURCES}" arg_PROFILE)
	endif()
	set(profile_file ${RMMSIM_HOST_SHIM_CMAKE_DIR}/profiles/${arg_PROFILE}.cmake)
	if(NOT EXISTS ${profile_file})
		_rmmsim_hshim_profiles(known)
		_rmmsim_hshim_probe(${tree} "${arg_SOURCES}" nearest why)
		message(FATAL_ERROR "rmmsim: ${name}: there is no profile ${arg_PROFILE}; there are: ${known}\n"
			"This tree looks like ${nearest} (${why}); PROFILE AUTO finds out.")
	endif()
	include(${profile_file})

	set(root ${CMAKE_CURRENT_BINARY_DIR}/${name}.host)
	set(overlay ${root}/overlay)
	_rmmsim_hshim_overlay(${overlay} ${tree} ${RMMSIM_HSHIM_OVERLAY} ${arg_EXTRA_OVERLAY})
	_rmmsim_hshim_shadows(${root}/extra ${arg_EXTRA_SHADOW_HEADERS})

	# --- what the profile and the tree say, as a header
	set(scanned ${tree}/arch/arm64/include/asm/kvm_rme.h ${tree}/arch/arm64/include/asm/kvm_rmi.h)
	foreach(source IN LISTS arg_SOURCES)
		list(APPEND scanned ${tree}/${source})
	endforeach()
	_rmmsim_hshim_scan(profile_text ${scanned})
	set(headers ${tree}/arch/arm64/include/asm/kvm_rme.h ${tree}/arch/arm64/include/asm/kvm_rmi.h)
	set(units ${scanned})
	list(REMOVE_ITEM units ${headers})
	_rmmsim_hshim_entries(${name} entries "${headers}" "${units}" "${arg_DEFINES}")
	string(APPEND profile_text "${entries}")
	foreach(candidate ${profile_realm_header} asm/kvm_rme.h asm/kvm_rmi.h)
		if(EXISTS ${overlay}/${candidate} AND NOT profile_text MATCHES HSHIM_REALM_HEADER)
			string(APPEND profile_text "#define HSHIM_REALM_HEADER <${candidate}>\n")
		endif()
	endforeach()
	if(arg_USER_HEADER)
		get_filename_component(user ${arg_USER_HEADER} ABSOLUTE BASE_DIR ${CMAKE_CURRENT_SOURCE_DIR})
		string(APPEND profile_text "#define HSHIM_USER_HEADER \"${user}\"\n")
	endif()
	set(defines CONFIG_KVM=1 ${page_defines} CONFIG_64BIT=1 ${profile_defines} ${arg_DEFINES})
	list(FILTER defines EXCLUDE REGEX "^HSHIM_FN_")
	foreach(define IN LISTS defines)
		string(REGEX REPLACE "=" " " define "${define}")
		string(APPEND profile_text "#define ${define}\n")
	endforeach()
	file(CONFIGURE OUTPUT ${overlay}/hshim_profile.h CONTENT
		"/* Generated for profile ${arg_PROFILE}. */\n#ifndef HSHIM_PROFILE\n#define HSHIM_PROFILE \"${arg_PROFILE}\"\n@profile_text@#endif\n" @ONLY)

	# --- flags
	execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=include
		OUTPUT_VARIABLE builtin OUTPUT_STRIP_TRAILING_WHITESPACE)
	set(shim_include ${RMMSIM_HOST_SHIM_DIR}/include)
	set(includes -I${root}/extra -I${shim_include}/shadow -I${shim_include} -I${overlay})
	set(gnu_only)
	if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
		set(gnu_only -Wno-maybe-uninitialized)
	endif()
	set(kernel_flags -std=gnu11 -nostdinc -isystem ${builtin} -ffreestanding -fno-strict-aliasing
		-fno-omit-frame-pointer -fno-optimize-sibling-calls -funsigned-char -fms-extensions
		-fno-common -g -D__KERNEL__ -DHSHIM_PAGE_SHIFT=${page_shift} -DMODULE_NAME_LEN=56
		-D__LINUX_ARM_ARCH__=8 -include hshim/prelude.h
		-fmacro-prefix-map=${root}/src/= -fmacro-prefix-map=${tree}/=
		-fdebug-prefix-map=${root}/src/= -fdebug-prefix-map=${tree}/=
		-Wall -Wno-pointer-sign -Wno-address-of-packed-member -Wno-unused-function -Wno-main
		-Wno-sign-compare ${gnu_only} -Wno-unused-parameter -Wno-array-bounds
		-Werror=implicit-function-declaration -Werror=incompatible-pointer-types
		-Werror=int-conversion -Werror=return-type)
	# An index beyond an array is a trap, which the runner reports as "overrun".
	if(arg_SANITIZE MATCHES "undefined")
		# It tells of that itself.
	elseif(CMAKE_C_COMPILER_ID MATCHES Clang)
		list(APPEND kernel_flags -fsanitize=bounds -fsanitize-trap=bounds)
	else()
		list(APPEND kernel_flags -fsanitize=bounds -fsanitize-undefined-trap-on-error)
	endif()
	# Generators name files of the build and source directories relative to the first.
	foreach(from ${root}/src ${tree})
		file(RELATIVE_PATH relative ${CMAKE_BINARY_DIR} ${from})
		list(APPEND kernel_flags -fmacro-prefix-map=${relative}/= -fdebug-prefix-map=${relative}/=)
	endforeach()
	if(arg_SANITIZE)
		list(JOIN arg_SANITIZE "," sanitizers)
		set(sanitize -fsanitize=${sanitizers})
	endif()
	if(arg_COVERAGE)
		set(coverage --coverage)
		# Processes of sweeps write what they have counted themselves.
		set(counters -Wl,-u,__gcov_reset -Wl,-u,__gcov_dump)
	endif()

	# --- the files under test: by links, so that "trace.h" is not the one beside them
	set(sources)
	foreach(source IN LISTS arg_SOURCES)
		_rmmsim_hshim_link(${tree}/${source} ${root}/src/${source})
		_rmmsim_hshim_check_headers(${name} ${root}/src/${source} ${includes} ${kernel_flags})
		list(APPEND sources ${root}/src/${source})
	endforeach()
	if(arg_SLICE)
		if(NOT arg_FUNCTIONS OR arg_FUNCTIONS STREQUAL DEFAULT)
			set(arg_FUNCTIONS ${profile_slice} ${profile_slice_extra})
			set(slice_profile -p ${arg_PROFILE})
		endif()
		if(NOT arg_EXPORT)
			set(arg_EXPORT ${arg_FUNCTIONS})
		endif()
		set(exports)
		foreach(function IN LISTS arg_EXPORT)
			list(APPEND exports -e ${function})
		endforeach()
		foreach(function IN LISTS RMMSIM_HSHIM_OVERRIDABLE)
			list(APPEND exports -k ${function})
		endforeach()
		add_custom_command(OUTPUT ${root}/slice.c
			COMMAND rmmsim::kslice ${tree}/${arg_SLICE} ${root}/slice.c -i hshim/prelude.h
				-i linux/kvm_host.h -a hshim/kvm/slice.h ${exports} ${slice_profile} ${arg_FUNCTIONS}
			DEPENDS ${tree}/${arg_SLICE} rmmsim::kslice VERBATIM
			COMMENT "Taking functions out of ${arg_SLICE}")
		list(APPEND sources ${root}/slice.c)
	endif()
	add_library(${name} OBJECT ${sources})
	target_compile_options(${name} PRIVATE ${includes} ${kernel_flags} ${sanitize} ${coverage})

	# --- L2: depends on the structures of this tree
	file(GLOB l2_sources ${RMMSIM_HOST_SHIM_DIR}/kvm/*.c)
	add_library(${name}_l2 OBJECT ${l2_sources})
	target_compile_options(${name}_l2 PRIVATE ${includes} -std=gnu11 -fno-strict-aliasing
		-fno-omit-frame-pointer -g -DHSHIM_WITH_LIBC -DHSHIM_PAGE_SHIFT=${page_shift} -Wall -Wextra ${sanitize})
	target_sources(${name} INTERFACE $<TARGET_OBJECTS:${name}_l2>)

	# --- for test programs
	target_include_directories(${name} INTERFACE ${root}/extra ${shim_include}/shadow ${shim_include})
	target_include_directories(${name} SYSTEM INTERFACE ${overlay})
	target_compile_definitions(${name} INTERFACE HSHIM_WITH_LIBC HSHIM_PAGE_SHIFT=${page_shift})
	target_compile_options(${name} INTERFACE -fno-strict-aliasing -fno-omit-frame-pointer ${sanitize})
	target_link_options(${name} INTERFACE ${sanitize} ${coverage} ${counters})
	set(${name}_FOUND TRUE PARENT_SCOPE)
	set(${name}_PROFILE ${arg_PROFILE} PARENT_SCOPE)
endfunction()

macro(rmmsim_add_kernel_host name)
	rmmsim_add_kernel_objects(${name} ${ARGN})
endmacro()
