"""pytest fixtures: ``wild_mock``, a server, and ``wild_case``, which plays a case with your agent."""
import os
import shlex
from typing import Callable, Iterator, Sequence

import pytest

from wild_conformance.mock import Mock
from wild_conformance.played import Argument, Play, play


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini("wild_agent", "the agent's command line that wild_case plays with", default="")
    parser.addini("wild_options", "further options of `wild-conformance run`", default="")
    group = parser.getgroup("wild", "conformance of agents")
    group.addoption("--wild-agent", metavar="COMMAND", help="the agent's command line; wins over the ini file")


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

    ``wild_case(id, "python3", "agent.py")`` plays with that command line. Paths in it are found from the
    folder of pytest's configuration, as the agent itself starts in the case's workspace.
    """
    config = request.config
    configured = config.getoption("--wild-agent") or config.getini("wild_agent")
    options = shlex.split(config.getini("wild_options"))

    def played(case: str, *agent: Argument, options: Sequence[Argument] = tuple(options)) -> Play:
        command = list(agent) or shlex.split(configured)
        if not command:
            pytest.fail("no agent: name it in the call, as --wild-agent COMMAND, or as wild_agent in the ini file")
        found = [_from_root(part, config) for part in command]
        return play(case, found, tmp_path_factory.mktemp("wild"), options)

    return played


def _from_root(part: Argument, config: pytest.Config) -> Argument:
    """A relative path to a file that is there, from the folder of the configuration."""
    file = os.path.join(config.rootpath, part)
    # Unlike pathlib's, this finds no fault with an argument that is too long for a name.
    return file if os.path.isfile(file) else part
