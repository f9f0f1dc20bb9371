"""The mock wild server and the conformance harness, for Python programs and tests.

``Mock`` runs a server, ``play`` plays one case with an agent. The pytest plug-in has both as fixtures,
``wild_mock`` and ``wild_case``.
"""
from wild_conformance.mock import Fault, Mock
from wild_conformance.played import Finding, Play, play
from wild_conformance.programs import WildError, program

__all__ = ["Fault", "Finding", "Mock", "Play", "WildError", "play", "program"]
