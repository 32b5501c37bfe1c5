#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Each public header compiles alone without a warning, as strict C11 and, where a C++ compiler exists, as C++.

usage: public_headers.py CC INCLUDE_DIR
"""

import pathlib
import subprocess
import sys


def compiles(compiler, language, options, include_dir, header):
    source = f"#include <{header}>\n#include <{header}>\nint unused(void);\n"
    result = subprocess.run(
        [compiler, "-x", language, "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror",
         *options, "-I", include_dir, "-"],
        input=source, capture_output=True, text=True)
    if result.returncode:
        print(f"{header} as {language}:\n{result.stderr}")
    return result.returncode == 0


def has_cxx(compiler):
    probe = subprocess.run([compiler, "-x", "c++", "-fsyntax-only", "-"], input="#include <cstdint>\n",
                           capture_output=True, text=True)
    return probe.returncode == 0


def main():
    compiler, include_dir = sys.argv[1:]
    root = pathlib.Path(include_dir)
    headers = [str(h.relative_to(root)) for h in sorted(root.rglob("*.h"))]
    languages = [("c", ["-std=c11"])]
    if has_cxx(compiler):
        languages.append(("c++", ["-std=c++17"]))
    good = [compiles(compiler, language, options, include_dir, header)
            for header in headers for language, options in languages]
    return 0 if good and all(good) else 1


sys.exit(main())
