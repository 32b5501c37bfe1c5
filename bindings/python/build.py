#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Builds the package `rmmsim` into a directory: python3 bindings/python/build.py DIRECTORY

Needs cffi, Python's headers and a C compiler (Debian: python3-cffi, python3-dev, gcc). Headers and library are those
that pkg-config names, unless --include and --library say otherwise.
"""

import argparse
import pathlib
import shlex
import shutil
import subprocess
import sys
import sysconfig

import cffi

import cdef

HERE = pathlib.Path(__file__).resolve().parent


def pkg_config(variable):
    done = subprocess.run(["pkg-config", f"--variable={variable}", "rmmsim"], capture_output=True, text=True)
    if done.returncode or not done.stdout.strip():
        sys.exit("build.py: pkg-config does not know rmmsim: install librmmsim, set PKG_CONFIG_PATH, or name --include "
                 "and --library")
    return done.stdout.strip()


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=pathlib.Path, help="where the package goes; put it on PYTHONPATH")
    parser.add_argument("--include", help="directory that has rmmsim/rmmsim.h")
    parser.add_argument("--library", help="directory that has librmmsim.so; remembered in the extension")
    return parser.parse_args()


def builder(include, library):
    ffi = cffi.FFI()
    compiler = shlex.split(sysconfig.get_config_var("CC") or "cc")[:1]
    ffi.cdef(cdef.generate(compiler, include))
    ffi.set_source("rmmsim._rmmsim", "".join(f"#include <{header}>\n" for header in cdef.HEADERS),
                   include_dirs=[str(include)], library_dirs=[str(library)], libraries=["rmmsim"],
                   runtime_library_dirs=[str(library)],
                   # Thousands of functions of one line each, which nothing gains from.
                   extra_compile_args=["-O0", "-g0"])
    return ffi


def main():
    options = arguments()
    include = pathlib.Path(options.include or pkg_config("includedir")).resolve()
    library = pathlib.Path(options.library or pkg_config("libdir")).resolve()
    package = options.directory / "rmmsim"
    package.mkdir(parents=True, exist_ok=True)
    for source in sorted((HERE / "rmmsim").glob("*.py")):
        shutil.copy(source, package)
    try:
        builder(include, library).compile(tmpdir=str(options.directory))
    except cdef.Unusable as error:
        sys.exit(f"build.py: {error}")


if __name__ == "__main__":
    main()
