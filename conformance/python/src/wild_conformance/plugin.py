"""pytest fixtures: ``wild_mock``, a server, and ``wild_case``, which plays a case with your agent."""
import dataclasses
import os
import pathlib
import re
import shlex
from typing import Callable, Iterator, List, Sequence

import pytest

from wild_conformance.mock import Mock
from wild_conformance.played import COULD_NOT_RUN, Argument, Play, play


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("wild_agent", "the agent's command line that wild_case plays with", default="")
    parser.addini("wild_options", "further options of `wild-conformance run`", default="")
    parser.addini("wild_out", "the folder in which evidence is kept; among pytest's temporary ones otherwise", default="")
    group = parser.getgroup("wild", "conformance of agents")
    group.addoption("--wild-agent", metavar="COMMAND", help="the agent's command line; wins over the ini file")
    group.addoption("--wild-out", metavar="DIR", help="the folder in which evidence is kept; wins over the ini file")


@pytest.fixture(scope="session")
def _wild_server() -> Iterator[Mock]:
    with Mock() as mock:
        yield mock


@pytest.fixture
def wild_mock(_wild_server: Mock) -> Mock:
    """A mock wild server (``url``, ``arm``, ``journal``, ``reset``, ...), as new for each test but for its clock."""
    _wild_server.reset()
    return _wild_server


@pytest.fixture
def wild_case(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Play]:
    """``wild_case("planning-healthy")`` plays a case with the configured agent and returns what came of it.

    ``wild_case(id, "python3", "agent.py")`` plays with that command line. Relative paths are found from
    pytest's rootdir, which is the folder of its configuration, as the agent itself starts in the case's
    workspace.
    """
    config = request.config
    configured = config.getoption("--wild-agent") or config.getini("wild_agent")
    options = shlex.split(config.getini("wild_options"))

    def played(case: str, *agent: Argument, options: Sequence[Argument] = tuple(options)) -> Play:
        __tracebackhide__ = True
        command = list(agent) or shlex.split(configured)
        if not command:
            pytest.fail(
                "no agent: name it in the call, as --wild-agent COMMAND, or as wild_agent in the ini file", pytrace=False
            )
        found = [_from_root(part, config) for part in command]
        came_of_it = play(case, found, out(), options, config.rootpath)
        return _with_rootdir(came_of_it, config)

    def out() -> pathlib.Path:
        kept = config.getoption("--wild-out") or config.getini("wild_out")
        if not kept:
            return tmp_path_factory.mktemp("wild")
        name = re.sub(r"[^\w.-]+", "-", request.node.nodeid).strip("-.")
        own = config.rootpath / kept / name
        plays.append(own)
        return own if len(plays) == 1 else own.with_name(f"{name}.{len(plays)}")

    plays: List[pathlib.Path] = []
    return played


def _with_rootdir(came_of_it: Play, config: pytest.Config) -> Play:
    """Tells from where paths are found, where the agent may not have been."""
    if came_of_it.outcome != COULD_NOT_RUN:
        return came_of_it
    note = f"relative paths are found from pytest's rootdir, {config.rootpath}; --rootdir DIR is another"
    return dataclasses.replace(came_of_it, text=f"{came_of_it.text}note: {note}\n")


def _from_root(part: Argument, config: pytest.Config) -> Argument:
    """A relative path to a file that is there, from pytest's rootdir."""
    file = os.path.join(config.rootpath, part)
    # Unlike pathlib's, this finds no fault with an argument that is too long for a name.
    return file if os.path.isfile(file) else part
