# SPDX-License-Identifier: BSD-3-Clause
"""What a page of `rmmsim report` has to show, for test_report.sh.

data PAGE CALLS: the data is complete.
perfetto FILE CALLS: a trace of Perfetto has a slice for each call.
dom DOM RECORDING CALL: the granules in a dump of the page are those that the recording made until CALL."""

import base64
import html
import json
import re
import struct
import sys

(DELEGATE, UNDELEGATE, DATA_CREATE, DATA_CREATE_UNKNOWN, DATA_DESTROY) = range(0xc4000151, 0xc4000156)
(REALM_CREATE, REALM_DESTROY, REC_CREATE, REC_DESTROY) = range(0xc4000158, 0xc400015c)
(RTT_CREATE, RTT_DESTROY, RTT_FOLD, AUX_CREATE, AUX_DESTROY, AUX_FOLD) = (
    0xc400015d, 0xc400015e, 0xc4000166, 0xc400017d, 0xc400017e, 0xc400017f)


def data(page, calls):
    text = open(page, encoding="utf-8").read()
    it = json.loads(re.search(r'id="data">(.*?)</script>', text, re.S)[1])
    assert it["version"] == 1 and it["kind"] == "recording"
    assert len(it["calls"]) == int(calls)
    assert all(call["flag"] != 2 for call in it["calls"])
    assert any("realm" in call for call in it["calls"]) and any("t" in call for call in it["calls"])


def page_words(blocks):
    page = bytearray(4096)
    for block in blocks:
        for patch in block.get("set", []):
            part, off = base64.b64decode(patch["b64"]), int(patch["off"], 16)
            page[off:off + len(part)] = part
    return page


def word(page, offset):
    return struct.unpack_from("<Q", page, offset)[0]


def parts(fid, page):
    """Granules that a parameter page gives to an object, with the state that they get."""
    if fid == REALM_CREATE:
        roots = [word(page, 0x808)] + [word(page, 0xf80 + 8 * i) for i in range(word(page, 0x38))]
        count = word(page, 0x818)
        trees = roots if word(page, 0x820) & 1 else roots[:1]
        return [(root + 4096 * i, "RTT") for root in trees for i in range(count)]
    return [(word(page, 0x808 + 8 * i), "REC_AUX") for i in range(word(page, 0x800))]


def states(recording, last):
    state, owned = {}, {}
    for line in open(recording, encoding="utf-8"):
        event = json.loads(line)
        if event.get("op") != "smc" or int(event["ret"][0], 16):
            continue
        if event["i"] > last:
            break
        fid, x = int(event["fid"], 16), [int(v, 16) for v in event.get("x", [])] + [0] * 6
        out = int((event["ret"] + ["0x0"])[1], 16) if len(event["ret"]) > 1 else 0
        if fid == DELEGATE:
            state[x[0]] = "DELEGATED"
        elif fid == UNDELEGATE:
            state.pop(x[0], None)
        elif fid in (REALM_CREATE, REC_CREATE):
            which, name = (x[0], "RD") if fid == REALM_CREATE else (x[1], "REC")
            state[which] = name
            owned[which] = parts(fid, page_words(event["in"]))
            state.update(owned[which])
        elif fid in (REALM_DESTROY, REC_DESTROY):
            state[x[0]] = "DELEGATED"
            state.update((pa, "DELEGATED") for pa, _ in owned.pop(x[0]))
        elif fid in (DATA_CREATE, DATA_CREATE_UNKNOWN):
            state[x[1]] = "DATA"
        elif fid in (RTT_CREATE, AUX_CREATE):
            state[x[1]] = "RTT"
        elif fid in (DATA_DESTROY, RTT_DESTROY, RTT_FOLD, AUX_DESTROY, AUX_FOLD):
            state[out] = "DELEGATED"
    return state


def dom(dump, recording, call):
    text = open(dump, encoding="utf-8").read()
    cells = re.findall(r'<span class="cell[^"]*"[^>]*title="([^"]*)"', text)
    shown = {int(c.split()[0], 16): c.split()[1] for c in map(html.unescape, cells)}
    shown = {pa: state for pa, state in shown.items() if state != "UNDELEGATED"}
    expected = states(recording, int(call))
    assert re.search(rf'<h2 id="call">Call {call}: ', text), "another call is shown"
    for pa in sorted(set(shown) | set(expected)):
        assert shown.get(pa) == expected.get(pa), f"{pa:#x}: {shown.get(pa)}, not {expected.get(pa)}"
    assert len(expected) > 10


def fields(data):
    """(number, value) of each field of a protobuf message."""
    at = 0

    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7f) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        tag = varint()
        size = {0: 0, 1: 8, 2: varint() if tag & 7 == 2 else 0}[tag & 7]
        value = varint() if tag & 7 == 0 else data[at:at + size]
        at += size
        yield tag >> 3, value


def perfetto(path, calls):
    packets = [dict(fields(packet)) for number, packet in fields(open(path, "rb").read()) if number == 1]
    tracks = {t[1]: t[2].decode() for t in (dict(fields(p[60])) for p in packets if 60 in p)}
    open_slices, begun, counted, last = {}, {}, {}, {}
    for packet in sorted((p for p in packets if 11 in p), key=lambda p: p[8]):
        event = dict(fields(packet[11]))
        kind, track = event[9], tracks[event[11]]
        last[track] = event
        if kind == 4:
            counted[track] = event[30]
            continue
        open_slices[track] = open_slices.get(track, 0) + {1: 1, 2: -1}[kind]
        if kind == 1:
            begun.setdefault(track, []).append(event[23].decode())
    assert sum(len(names) for track, names in begun.items() if track.startswith("PE ")) == int(calls)
    assert not any(open_slices.values())
    assert any(track.startswith("REC 0x") and "plane 1" in names for track, names in begun.items())
    # The recording ends as it began.
    assert counted["RTT"] == 0 and counted["RD"] == 0, counted


if __name__ == "__main__":
    {"data": data, "dom": dom, "perfetto": perfetto}[sys.argv[1]](*sys.argv[2:])
