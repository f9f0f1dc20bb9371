import stat

import pytest

from wild_conformance import WildError, play, program
from wild_conformance.played import COULD_NOT_RUN

REFERENCE = [program("wild-conformance"), "agent"]


def test_an_agent_that_keeps_the_contract_passes(wild_case):
    came_of_it = wild_case("abort-docs-503", *REFERENCE)
    assert came_of_it.is_conformant
    assert came_of_it.findings == []
    assert (came_of_it.evidence / "journal.ndjson").is_file()


def test_one_that_breaks_it_is_told_what_and_where(wild_case):
    came_of_it = wild_case("abort-docs-503", *REFERENCE, "--break", "ABT006")
    assert [finding.code for finding in came_of_it.findings] == ["ABT006"]
    with pytest.raises(AssertionError, match=r"(?s)abort-docs-503 is non-conformant.*ABT006.*evidence: "):
        came_of_it.assert_conformant()


def test_a_case_that_is_not_there_is_said(wild_case):
    with pytest.raises(WildError, match="^no case fits `abort-docs-53`; did you mean `abort-docs-503`"):
        wild_case("abort-docs-53", *REFERENCE)
    with pytest.raises(WildError, match="^no case fits `planning-helthier-now`.*; did you mean planning-healthy"):
        wild_case("planning-helthier-now", *REFERENCE)


def test_more_than_one_case_is_refused_before_anything_is_played(wild_case, tmp_path):
    expected = r"^abort-docs-\* is \d+ cases, and one is played at a time: name one, such as abort-docs-\w+, abort"
    with pytest.raises(WildError, match=expected):
        wild_case("abort-docs-*", "touch", tmp_path / "played")
    assert not (tmp_path / "played").exists()


def test_an_agent_is_found_from_the_folder_of_the_configuration(pytester):
    pytester.makefile(".ini", pytest=f"[pytest]\nwild_agent = python3 agent.py {' '.join(REFERENCE)}\n")
    pytester.makepyfile(agent="import os, sys; os.execv(sys.argv[1], sys.argv[1:])")
    pytester.makepyfile("def test_abort(wild_case): wild_case('abort-docs-503').assert_conformant()")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_an_argument_that_is_too_long_for_a_path_is_an_argument(wild_case):
    came_of_it = wild_case("abort-docs-503", "sh", "-c", f": {'x' * 5000}; exec {' '.join(REFERENCE)}")
    assert came_of_it.is_conformant


def test_without_an_agent_it_is_said_where_to_name_one(pytester):
    pytester.makepyfile("def test_abort(wild_case): wild_case('abort-docs-503')")
    ran = pytester.runpytest_subprocess()
    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(["*no agent: name it in the call, as --wild-agent COMMAND*"])


#: Asks each probe, and then fails as a program of Python's does.
RAISES = """
import os, urllib.request
for path in ("docs", "openapi.json", "prompt-skills", "prompt-skills/wild_v2_execution_ops_protocol",
             "wild/v2/system-health"):
    urllib.request.urlopen(f"{os.environ['WILD_SERVER_URL']}/{path}").read()
raise RuntimeError("the model is not there")
"""


def test_an_agent_that_raises_at_work_is_told_by_its_last_words_before_what_follows(wild_case):
    text = wild_case("planning-healthy", "python3", "-c", RAISES).text
    assert text.index("stderr: RuntimeError: the model is not there") < text.index("error       ")
    file = next(line[len("file: ") :] for line in text.splitlines() if line.startswith("file: "))
    assert "the model is not there" in open(file, encoding="utf-8").read()


@pytest.mark.parametrize("spelled", ["../agent.py", "./../sub/../agent.py", "../link/agent.py", "..//agent.py"])
def test_an_agent_is_found_however_its_path_is_spelled(tmp_path, spelled):
    for folder in ("sub", "real"):
        (tmp_path / folder).mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for file in ("agent.py", "real/agent.py"):
        (tmp_path / file).write_text("print('it ran')")
    came_of_it = play("planning-healthy", ["python3", spelled], tmp_path / "out", cwd=tmp_path / "sub")
    transcript = tmp_path / "out/planning-healthy/transcript.txt"
    assert transcript.read_text() == "it ran\n", came_of_it.text


@pytest.mark.parametrize(
    "agent, expected",
    [
        (["pyton3", "agent.py"], "no program `pyton3` in PATH"),
        (["./agent.py"], "/agent.py has no execute bit: `chmod +x` it, or run it with `python3`"),
        (["./agnt.py"], "there is no ./agnt.py in the case's workspace, in which the agent starts, and none in /"),
        (["python3", "agnt.py"], "there is no agnt.py in the case's workspace, in which the agent starts, and none in"),
        (["/nowhere/agent"], "there is no /nowhere/agent"),
    ],
)
def test_the_word_that_could_not_be_run_is_told(pytester, agent, expected):
    pytester.path.joinpath("agent.py").write_text("print(1)")
    came_of_it = play("planning-healthy", agent, pytester.path / "out", cwd=pytester.path)
    assert came_of_it.outcome == COULD_NOT_RUN
    assert expected in came_of_it.text
    assert "no wall" not in came_of_it.text and "give `./" not in came_of_it.text


def test_what_could_not_run_tells_from_where_paths_are_found(wild_case, pytestconfig):
    came_of_it = wild_case("planning-healthy", "python3", "agnt.py")
    assert f"relative paths are found from pytest's rootdir, {pytestconfig.rootpath}" in came_of_it.text
    with pytest.raises(AssertionError, match="^planning-healthy could not run: the agent never reached"):
        came_of_it.assert_conformant()


def test_an_error_is_told_in_a_line_and_without_the_plug_ins_source(pytester, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    pytester.makepyfile(test_it="def test_abort(wild_case): wild_case('abort-docs-*', 'true')")
    ran = pytester.runpytest_subprocess()
    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(["FAILED *test_abort - *WildError: abort-docs-* is*"])
    ran.stdout.no_fnmatch_line("*subprocess*")
    ran.stdout.no_fnmatch_line("*played.py:*")


def test_evidence_is_kept_where_it_is_asked_for_and_renewed(pytester):
    pytester.makepyfile("def test_abort(wild_case): wild_case('abort-docs-503', 'true')")
    for _ in range(2):
        pytester.runpytest_subprocess("--wild-out", "kept").assert_outcomes(passed=1)
    (own,) = (pytester.path / "kept").iterdir()
    assert (own / "abort-docs-503/evidence.json").is_file()


def test_an_interrupted_play_is_no_failed_test(pytester, monkeypatch):
    stub = pytester.path / "stub"
    stub.write_text("#!/bin/sh\n[ $1 = run ] && exit 130\necho '[{\"id\": \"x\"}]'\n")
    stub.chmod(stub.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("WILD_CONFORMANCE", str(stub))
    pytester.makepyfile("def test_abort(wild_case): wild_case('x', 'true')")
    ran = pytester.runpytest_subprocess()
    assert ran.ret == pytest.ExitCode.INTERRUPTED
    ran.stdout.fnmatch_lines(["*the play of x was interrupted*"])
