# SPDX-License-Identifier: BSD-3-Clause
"""What goes wrong, as exceptions."""

from rmmsim._rmmsim import ffi, lib


def text_of(pointer):
    """A C string as str, None of NULL."""
    return ffi.string(pointer).decode() if pointer else None


class Error(Exception):
    """A function of the library failed. `status` is one of rmmsim.abi.RMMSIM_ERR_..."""

    def __init__(self, status, text=""):
        super().__init__(text or text_of(lib.rmmsim_status_text(status)))
        self.status = status


class Explanation:
    """Why a call was refused; str() is the text of several lines."""

    def __init__(self, raw):
        self.call = raw.call
        self.command = text_of(raw.command)
        self.result = raw.result
        self.condition = text_of(raw.first.id)
        self.sentence = text_of(raw.first.text)
        self.source = text_of(raw.first.source)
        self.others = tuple(text_of(raw.others[i].id) for i in range(raw.others_count))
        self.seen = {text_of(raw.seen[i].name): raw.seen[i].value for i in range(raw.seen_count)}
        self.granule = raw.granule or None
        self.granule_state = text_of(raw.granule_state)
        self.since_call = raw.since_call or None
        size = lib.rmmsim_explanation_text(ffi.addressof(raw), ffi.NULL, 0) + 1
        text = ffi.new("char[]", size)
        lib.rmmsim_explanation_text(ffi.addressof(raw), text, size)
        self._text = ffi.string(text).decode()

    def __str__(self):
        return self._text


class Refused(Exception):
    """The monitor answered with something other than success: `regs` are X0..X17, `explanation` may be None."""

    def __init__(self, name, regs, explanation):
        super().__init__(str(explanation) if explanation else f"{name} answered X0 = {regs[0]:#x}")
        self.regs = regs
        self.result = regs[0]
        self.explanation = explanation
