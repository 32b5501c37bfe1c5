# SPDX-License-Identifier: BSD-3-Clause
"""A seed for fuzz_board: a driver of the first virtio device, as operations of 16 bytes."""
import struct
import sys

BASE = 0x8080000000
out = bytearray(b"\0")


def register(offset, value):
    # An access of 4 bytes that writes, to device 6.
    out.extend(struct.pack("<BBBBIQ", 5, 0, 6, 6, offset, value))


def memory(offset, value):
    out.extend(struct.pack("<BBBBIQ", 8, 0, 0, 0, offset, value))


register(0x070, 3)
register(0x024, 1)
register(0x020, 3)
register(0x070, 11)
register(0x030, 0)
register(0x038, 4)
for offset, address in (0x080, BASE), (0x090, BASE + 0x1000), (0x0A0, BASE + 0x2000):
    register(offset, address & 0xFFFFFFFF)
    register(offset + 4, address >> 32)
register(0x044, 1)
register(0x070, 15)
for n, kind in enumerate((0, 1, 4, 8)):
    # Header, data, status; a chain of three descriptors.
    memory(0x3000, kind)
    memory(0x3008, 1)
    for i, (address, size, flags) in enumerate(
        [(BASE + 0x3000, 16, 1), (BASE + 0x4000, 512, 1 if kind == 1 else 3), (BASE + 0x5000, 1, 2)]
    ):
        memory(16 * i, address)
        memory(16 * i + 8, size | flags << 32 | (i + 1) << 48)
    memory(0x1000, (n + 1) << 16)
    register(0x050, 0)
    register(0x064, 3)
sys.stdout.buffer.write(out)
