#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Reads what the programs of bench/ print: ./dev bench --doc, ./dev bench --compare.

usage: report.py doc --commit TEXT RESULTS DOCUMENT
       report.py compare [--rounds N] [--limit PERCENT] BASE NEW PROGRAM...
       report.py --self-test
  doc      writes the tables between the markers of DOCUMENT. RESULTS: the programs' output, one after the other
  compare  runs PROGRAM of both directories in turns, N rounds (default 9, at least), in processor time; a row of
           which NEW is more than PERCENT (default 10) worse in the median is measured again, and fails if it stays so
Exit status: 0 all right, 1 a row got worse, 2 wrong usage or input.
"""
import json
import os
import statistics
import subprocess
import sys
import time

BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"

# Label, program, name of the result, name of its bound among the limits; one of both versions of protection.
CALLS = [
    ("VERSION", "VERSION", "lock and unlock"),
    ("a refused call (UNDELEGATE)", "refused UNDELEGATE", "lock and unlock"),
    ("GRANULE_DELEGATE + UNDELEGATE", "DELEGATE+UNDELEGATE", "zero a page"),
    ("RTT_CREATE + RTT_DESTROY", "RTT_CREATE+DESTROY", "write 512 descriptors"),
    ("DATA_CREATE_UNKNOWN + DATA_DESTROY", "DATA_CREATE_UNKNOWN+DATA_DESTROY", "zero a page"),
    ("DATA_CREATE measured + DATA_DESTROY", "DATA_CREATE(measured)+DATA_DESTROY", "SHA-256(page, descriptor) alone"),
    ("RTT_READ_ENTRY", "RTT_READ_ENTRY", "four dependent loads"),
    ("REC_ENTER and exit, trivial script", "REC_ENTER(trivial script)", "copy 2 KiB in and 2 KiB out"),
]


def fail(text):
    print(f"report.py: {text}", file=sys.stderr)
    sys.exit(2)


# --- results -------------------------------------------------------------------------------------


def read_results(text):
    """{(program, protection, name): row}, rows in the order of the text; bench_host prints lines of its own kind."""
    decoder, results, machine, at = json.JSONDecoder(), {}, None, 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError as error:
            fail(f"this is no output of a benchmark: {error}")
        machine = value.get("machine", machine)
        protection = ""
        for row in value.get("results", []):
            if row["unit"] == "protection":
                protection = "on" if row["value"] else "off"
            else:
                results[value["bench"], protection, row["name"]] = row
        if "ms" in value:
            row = {"name": value["name"], "unit": "s", "value": value["ms"] / 1000}
            results["host", "", value["name"]] = row
    return results, machine


def seconds(row):
    """Time of one unit of work: smaller is better. None for what is no time."""
    if row["unit"] == "s":
        return row["value"]
    return 1 / row["value"] if row["unit"].endswith("/s") and row["value"] else None


def number(value):
    for size, unit in ((1e9, " G"), (1e6, " M"), (1e3, " k")):
        if value >= size:
            return f"{value / size:.3g}{unit}"
    return f"{value:.3g}"


def duration(value):
    for size, unit in ((1, "s"), (1e-3, "ms"), (1e-6, "us")):
        if value >= size:
            return f"{value / size:.3g} {unit}"
    return f"{value * 1e9:.3g} ns"


def text_of(row):
    unit = "/s" if row["unit"] == "1/s" else " " + row["unit"]
    show = (lambda v: number(v) + unit) if unit.endswith("/s") else \
        duration if row["unit"] == "s" else (lambda v: f"{v:.3g}{unit}".strip())
    if "min" not in row or row["min"] == row["max"]:
        return show(row["value"])
    return f"{show(row['value'])} ({show(row['min'])} to {show(row['max'])})"


# --- doc ---------------------------------------------------------------------------------------------


def limit_of(results, name):
    return results.get(("limits", "", name)) or results.get(("smc", "off", name))


def table_of_calls(results):
    head = ["Work", "protection off", "protection on", "bound, measured in the same run", "times its bound"]
    lines = ["| " + " | ".join(head) + " |", "|---" * len(head) + "|"]
    for label, name, bound in CALLS:
        off, on, limit = results.get(("smc", "off", name)), results.get(("smc", "on", name)), limit_of(results, bound)
        if not off or not on or not limit:
            fail(f"the results lack {name} or {bound}: run every benchmark")
        cells = [label, text_of(off), text_of(on), f"{bound}: {text_of(limit)}", f"{seconds(off) / seconds(limit):.1f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def table_of_rest(results):
    lines = ["| Work | protection | median (least to most) |", "|---|---|---|"]
    shown = {name for _, name, _ in CALLS}
    for (program, protection, name), row in results.items():
        if program != "limits" and not (program == "smc" and (name in shown or name.startswith("SHA"))):
            lines.append(f"| {name} | {protection or '-'} | {text_of(row)} |")
    return lines


def document(old, results, machine, commit):
    if BEGIN not in old or END not in old:
        fail(f"the document lacks {BEGIN} or {END}")
    date = time.strftime("%Y-%m-%d", time.gmtime())
    lines = [BEGIN, f"Measured on {machine}, {os.cpu_count()} CPUs, Linux {os.uname().release}, {date}, at {commit}.", ""]
    lines += table_of_calls(results) + [""] + table_of_rest(results) + [END]
    return old[:old.index(BEGIN)] + "\n".join(lines) + old[old.index(END) + len(END):]


def command_doc(arguments):
    options = take_options(arguments, ("--commit",))
    if len(arguments) != 2 or "--commit" not in options:
        fail("doc: see the head of this file")
    results, machine = read_results(read(arguments[0]))
    new = document(read(arguments[1]), results, machine, options["--commit"])
    with open(arguments[1], "w", encoding="utf-8") as file:
        file.write(new)
    return 0


# --- compare -------------------------------------------------------------------------------------------


def run(directory, program):
    path = os.path.join(directory, program)
    environment = dict(os.environ, RMMSIM_BENCH_QUICK="1")
    done = subprocess.run([path], env=environment, stdout=subprocess.PIPE, check=False)
    if done.returncode:
        fail(f"{path} ends with {done.returncode}")
    return read_results(done.stdout.decode())[0]


def ratios_of(base, new, program, rounds):
    """{(protection, name): [time of NEW / time of BASE]}; the two change places each round."""
    ratios = {}
    for index in range(rounds):
        order = (base, new) if index % 2 == 0 else (new, base)
        results = {directory: run(directory, program) for directory in order}
        for key, row in results[new].items():
            other = results[base].get(key)
            if other and seconds(row) and seconds(other):
                ratios.setdefault(key[1:], []).append(seconds(row) / seconds(other))
    return ratios


def worse(ratios, limit):
    return {key for key, values in ratios.items() if statistics.median(values) > 1 + limit / 100}


def command_compare(arguments):
    options = take_options(arguments, ("--rounds", "--limit"))
    rounds, limit = int(options.get("--rounds", 9)), float(options.get("--limit", 10))
    if len(arguments) < 3 or rounds < 9:
        fail("compare: two directories, a program and at least 9 rounds")
    base, new, *programs = arguments
    bad = 0
    for program in programs:
        first = ratios_of(base, new, program, rounds)
        suspects = worse(first, limit)
        second = ratios_of(base, new, program, rounds) if suspects else {}
        for (protection, name), values in first.items():
            key = (protection, name)
            failed = key in suspects and key in worse(second, limit)
            bad += failed
            again = f", again {statistics.median(second[key]):.3f}" if key in suspects else ""
            print(f"{'WORSE' if failed else 'ok':5} {statistics.median(values):.3f}{again}"
                  f" ({min(values):.3f} to {max(values):.3f})  {program}: {name}"
                  f"{', protection ' + protection if protection else ''}")
    print(f"compare: {bad} rows got more than {limit:g} % worse" if bad else "compare: no row got worse")
    return 1 if bad else 0


# --- usage -----------------------------------------------------------------------------------------------


def take_options(arguments, names):
    options = {}
    while arguments and arguments[0] in names:
        if len(arguments) < 2:
            fail(f"{arguments[0]} needs a value")
        options[arguments[0]] = arguments[1]
        del arguments[:2]
    return options


def read(path):
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError as error:
        fail(f"{path}: {error.strerror}")


def self_test():
    rows = [{"name": "protection off", "unit": "protection", "value": 0}]
    rows += [{"name": name, "unit": "1/s", "value": 2e6, "min": 1e6, "max": 3e6} for _, name, _ in CALLS]
    rows += [{"name": "SHA-256(page, descriptor) alone", "unit": "1/s", "value": 4e6}]
    on = [dict(row) for row in rows]
    on[0]["value"] = 1
    limits = [{"name": bound, "unit": "1/s", "value": 8e6} for _, _, bound in CALLS if not bound.startswith("SHA")]
    text = json.dumps({"bench": "smc", "machine": "M", "results": rows + on}) + "\n" + \
        json.dumps({"bench": "limits", "machine": "M", "results": limits}) + '\n{"name": "sweep", "ms": 5}\n'
    results, machine = read_results(text)
    assert machine == "M" and seconds(results["host", "", "sweep"]) == 0.005
    new = document(f"a\n{BEGIN}\nold\n{END}\nb\n", results, machine, "v1")
    assert new.startswith("a\n") and new.endswith("\nb\n") and "old" not in new and "at v1." in new
    assert "| VERSION | 2 M/s (1 M/s to 3 M/s) |" in new and "| 4.0 |" in new, new
    assert "| sweep | - | 5 ms |" in new
    assert document(new, results, machine, "v1") == new
    assert worse({"a": [1.2, 1.2, 0.9], "b": [1.2, 1.0, 1.0]}, 10) == {"a"}
    print("report.py: self-test passed")
    return 0


def main(arguments):
    if arguments == ["--self-test"]:
        return self_test()
    if arguments and arguments[0] in ("--help", "-h"):
        print(__doc__, end="")
        return 0
    commands = {"doc": command_doc, "compare": command_compare}
    if not arguments or arguments[0] not in commands:
        print(__doc__, end="", file=sys.stderr)
        return 2
    return commands[arguments[0]](arguments[1:])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
