"""Seal a process off from the network: from then on it can make no socket (Linux, seccomp in filter mode)."""

import ctypes
import platform
from typing import Final

_SOCKET: Final = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
"""For each kind of processor its name to the system (``AUDIT_ARCH``), and the number of the call ``socket``."""
_PR_SET_NO_NEW_PRIVS: Final = 38
_PR_SET_SECCOMP: Final = 22
_SECCOMP_MODE_FILTER: Final = 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCH = 0, 4
"""Where the call's number and the processor stand in what the system lets a filter see (``struct seccomp_data``)."""
_OTHER_CALLS: Final = 0x40000000
"""From here on calls of the x32 kind have their numbers."""
_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | 13
"""Give ``EACCES`` in the place of what was asked for."""


class _Step(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("yes", ctypes.c_ubyte), ("no", ctypes.c_ubyte), ("value", ctypes.c_uint))


class _Filter(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Step)))


def seal() -> bool:
    """Let this thread, and all that it begins, make no socket any more; tell whether the system does so."""
    if platform.machine() not in _SOCKET:
        return False
    arch, socket = _SOCKET[platform.machine()]
    # Each test goes on with the next step, or so many further: allowed is the last but one, refused the last.
    steps = (_Step * 7)(
        _Step(_LOAD, 0, 0, _ARCH),
        _Step(_EQUAL, 0, 4, arch),
        _Step(_LOAD, 0, 0, _NUMBER),
        _Step(_AT_LEAST, 2, 0, _OTHER_CALLS),
        _Step(_EQUAL, 1, 0, socket),
        _Step(_RETURN, 0, 0, _ALLOW),
        _Step(_RETURN, 0, 0, _REFUSE),
    )
    library = ctypes.CDLL(None)
    if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return False
    return not library.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.byref(_Filter(len(steps), steps)))
