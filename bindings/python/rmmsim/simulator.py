# SPDX-License-Identifier: BSD-3-Clause
"""An instance of the model."""

import collections
import functools
import itertools

from rmmsim._rmmsim import ffi, lib
from rmmsim.errors import Error, Explanation, Refused, text_of

Granule = collections.namedtuple("Granule", "state pas owner refs call command")
Violation = collections.namedtuple("Violation", "invariant text detail")

REGISTERS = 18


def checked(status, error=None):
    if status != lib.RMMSIM_OK:
        raise Error(status, ffi.string(error.text).decode() if error else "")


def number_of(fid):
    """The function identifier of a name, with or without SMC_ before it; a number is its own."""
    if not isinstance(fid, str):
        return fid, hex(fid)
    name = fid if fid.startswith("SMC_") else "SMC_" + fid
    try:
        return getattr(lib, name), fid
    except AttributeError:
        raise Error(lib.RMMSIM_ERR_UNKNOWN_NAME, f"no function of the monitor is called {fid}; names are like "
                    "RMI_GRANULE_DELEGATE") from None


def configure(config, settings):
    """Sets the fields of struct rmmsim_config; texts and quirks are kept alive by what is returned."""
    kept = []
    # First, because it fills the feature registers that other settings change.
    if settings.get("revision") is not None:
        checked(lib.rmmsim_config_revision(config, settings.pop("revision").encode()))
    for name, value in settings.items():
        if name == "quirks":
            for quirk, on in value.items():
                if lib.rmmsim_config_quirk(config, quirk.encode(), on) != lib.RMMSIM_OK:
                    raise Error(lib.RMMSIM_ERR_UNKNOWN_NAME, f"no quirk is called {quirk}")
        elif name == "dram":
            config.dram_count = len(value)
            config.dram = [{"base": base, "top": top} for base, top in value]
        elif name.startswith("_") or name == "size" or not hasattr(config, name):
            raise Error(lib.RMMSIM_ERR_ARGUMENT, f"struct rmmsim_config has no field {name} to set")
        elif isinstance(value, str):
            kept.append(ffi.new("char[]", value.encode()))
            setattr(config, name, kept[-1])
        elif value is not None:
            setattr(config, name, value)
    return kept


class Simulator:
    """An instance. Fields of struct rmmsim_config are keyword arguments; `quirks` is a dictionary of name to bool, `dram`
    a list of (base, top).

    A context manager; close() or the end of the block gives the instance up. Memory that memory() and struct() gave
    stays valid as long as it is used: the instance is destroyed after the last of them.
    """

    def __init__(self, **settings):
        config = ffi.new("struct rmmsim_config *")
        lib.rmmsim_config_init(config)
        kept = configure(config, settings)
        self._create(lambda place, error: lib.rmmsim_create(config, place, error))
        del kept

    def _create(self, create):
        place, error = ffi.new("struct rmmsim **"), ffi.new("struct rmmsim_error *")
        self._kept = None
        checked(create(place, error), error)
        self._kept = ffi.gc(place[0], lib.rmmsim_destroy)

    @classmethod
    def load(cls, path):
        """An instance in the state that save() wrote."""
        sim = cls.__new__(cls)
        sim._create(lambda place, error: lib.rmmsim_load(str(path).encode(), ffi.NULL, place, error))
        return sim

    def close(self):
        """Gives the instance up; more than once is allowed."""
        self._kept = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    @property
    def handle(self):
        """The struct rmmsim *, for functions of rmmsim.abi that have no method here."""
        if self._kept is None:
            raise Error(lib.RMMSIM_ERR_STATE, "this simulator is closed")
        return self._kept

    # --- SMCs ---

    def smc(self, fid, *args, pe=0):
        """One SMC with X0 = `fid` (number or name) and X1... = `args`. Returns X0..X17, of a refused call too."""
        if len(args) >= REGISTERS:
            raise Error(lib.RMMSIM_ERR_ARGUMENT, f"an SMC has {REGISTERS - 1} arguments at most")
        regs = ffi.new("struct rmmsim_regs *")
        regs.x[0] = number_of(fid)[0]
        for i, value in enumerate(args, 1):
            regs.x[i] = value
        if not lib.rmmsim_smc(self.handle, pe, regs):
            raise Error(lib.RMMSIM_ERR_ARGUMENT, f"there is no PE {pe}, or the instance is of the process before a "
                        "fork()")
        return tuple(regs.x)

    def call(self, fid, *args, pe=0):
        """The same; an answer other than success raises Refused with the explanation."""
        before = self.calls
        regs = self.smc(fid, *args, pe=pe)
        if regs[0] != lib.RMI_SUCCESS:
            why = self.explain(pe)
            raise Refused(number_of(fid)[1], regs, why if why and why.call > before else None)
        return regs

    def explain(self, pe=0):
        """The Explanation of the last refused call of a PE; None if there is none."""
        raw = ffi.new("struct rmmsim_explanation *")
        status = lib.rmmsim_explain(self.handle, pe, raw)
        if status == lib.RMMSIM_ERR_STATE:
            return None
        checked(status)
        return Explanation(raw[0])

    @property
    def calls(self):
        """Number of SMCs so far."""
        return lib.rmmsim_calls(self.handle)

    # --- memory ---

    def memory(self, pa, size):
        """The Host's view of memory as a writable memoryview: rmmsim_host_ptr(). With protection on, touching a granule that
        is not Non-secure ends the process with a report."""
        handle = self.handle
        pointer = lib.rmmsim_host_ptr(handle, pa, size)
        if not pointer:
            raise Error(lib.RMMSIM_ERR_RANGE)
        # The view keeps the instance.
        kept = ffi.gc(ffi.cast("char *", pointer), functools.partial(lambda handle, _: None, handle))
        return memoryview(ffi.buffer(kept, size))

    def struct(self, name, pa):
        """A structure of the ABI in the Host's memory, to read and write: struct("rmi_realm_params", pa).s2sz = 40"""
        return ffi.from_buffer(f"struct {name} *", self.memory(pa, ffi.sizeof(f"struct {name}")), True)

    def read(self, pa, size):
        """Copies from Non-secure memory; Error (PROTECTED, RANGE) instead of a fault."""
        return self._copy_out(lib.rmmsim_host_read, pa, size)

    def write(self, pa, data):
        """Copies to Non-secure memory; Error (PROTECTED, RANGE) instead of a fault."""
        data = ffi.from_buffer(data)
        checked(lib.rmmsim_host_write(self.handle, pa, data, len(data)))

    def peek(self, pa, size):
        """A debugger's view: memory in any state."""
        return self._copy_out(lib.rmmsim_peek, pa, size)

    def _copy_out(self, function, pa, size):
        # Before anything of a size that only the caller believes in is allocated.
        if not lib.rmmsim_host_ptr(self.handle, pa, size):
            raise Error(lib.RMMSIM_ERR_RANGE)
        data = bytearray(size)
        checked(function(self.handle, pa, ffi.from_buffer(data), size))
        return bytes(data)

    def granule(self, pa):
        """What the monitor knows of a granule."""
        info = ffi.new("struct rmmsim_granule_info *")
        checked(lib.rmmsim_granule_info(self.handle, pa, info))
        return Granule(text_of(info.state), info.pas, info.owner or None, info.refs, info.call or None,
                       text_of(info.command))

    # --- state ---

    def check(self):
        """Violated invariants; an empty list if the state is sound."""
        found = ffi.new("struct rmmsim_violation[16]")
        count = min(lib.rmmsim_check(self.handle, found, len(found)), len(found))
        return [Violation(text_of(v.invariant), text_of(v.text), ffi.string(v.detail).decode())
                for v in found[0:count]]

    def coverage(self):
        """(interface, command, condition) of each failure condition, and how often it refused a call here."""
        row, hits = ffi.new("struct rmmsim_coverage *"), collections.Counter()
        for index in itertools.count():
            if lib.rmmsim_coverage(self.handle, index, row) != lib.RMMSIM_OK:
                return hits
            # Revisions may have rows of the same name.
            hits[text_of(row.interface), text_of(row.command), text_of(row.condition)] += row.hits

    def snapshot(self):
        """Keeps the present state; returns the number that restore() and forget() take."""
        number = ffi.new("uint64_t *")
        checked(lib.rmmsim_snapshot(self.handle, number))
        return number[0]

    def restore(self, number):
        checked(lib.rmmsim_restore(self.handle, number))

    def forget(self, number):
        """Frees a snapshot."""
        checked(lib.rmmsim_snapshot_free(self.handle, number))

    def fingerprint(self):
        """The same number for the same state."""
        return lib.rmmsim_fingerprint(self.handle)

    def save(self, path):
        """Writes the state to a file, for load() and for C."""
        error = ffi.new("struct rmmsim_error *")
        checked(lib.rmmsim_save(self.handle, str(path).encode(), error), error)
