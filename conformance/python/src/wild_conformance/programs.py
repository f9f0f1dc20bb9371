"""Where the two programs are."""
import os
import pathlib
import shutil
import sysconfig


class WildError(RuntimeError):
    """A program is missing, did not start, or refused what it was asked for."""

    # What pytest's short summary shows has room for the message.
    __module__ = "wild_conformance"


def program(name):
    """The path of ``wild-conformance`` or ``wild-mock``.

    The environment variable ``WILD_CONFORMANCE`` or ``WILD_MOCK`` wins; then come the scripts of this
    Python's environment, then ``PATH``.
    """
    __tracebackhide__ = True
    variable = name.upper().replace("-", "_")
    if variable in os.environ:
        return os.environ[variable]
    beside = pathlib.Path(sysconfig.get_path("scripts")) / name
    if beside.is_file():
        return str(beside)
    found = shutil.which(name)
    if found is None:
        raise WildError(f"{name} is neither in {beside.parent} nor on PATH; {variable} may name it")
    return found
