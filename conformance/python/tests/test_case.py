import pytest

from wild_conformance import WildError, program

REFERENCE = [program("wild-conformance"), "agent"]


def test_an_agent_that_keeps_the_contract_passes(wild_case):
    play = wild_case("abort-docs-503", *REFERENCE)
    assert play.is_conformant
    assert play.findings == []
    assert (play.evidence / "journal.ndjson").is_file()


def test_one_that_breaks_it_is_told_what_and_where(wild_case):
    play = wild_case("abort-docs-503", *REFERENCE, "--break", "ABT006")
    assert [finding.code for finding in play.findings] == ["ABT006"]
    with pytest.raises(AssertionError, match=r"(?s)abort-docs-503 is non-conformant.*ABT006.*evidence: "):
        play.assert_conformant()


def test_a_case_that_is_not_there_is_said(wild_case):
    with pytest.raises(WildError, match="abort-doks"):
        wild_case("abort-doks", *REFERENCE)


def test_more_than_one_case_is_said(wild_case):
    with pytest.raises(WildError, match="one is played at a time"):
        wild_case("abort-docs-status-50[23]", *REFERENCE)


def test_an_agent_is_found_from_the_folder_of_the_configuration(pytester):
    pytester.makefile(".ini", pytest=f"[pytest]\nwild_agent = python3 agent.py {' '.join(REFERENCE)}\n")
    pytester.makepyfile(agent="import os, sys; os.execv(sys.argv[1], sys.argv[1:])")
    pytester.makepyfile("def test_abort(wild_case): wild_case('abort-docs-503').assert_conformant()")
    pytester.runpytest_subprocess().assert_outcomes(passed=1)


def test_an_argument_that_is_too_long_for_a_path_is_an_argument(wild_case):
    play = wild_case("abort-docs-503", "sh", "-c", f": {'x' * 5000}; exec {' '.join(REFERENCE)}")
    assert play.is_conformant


def test_without_an_agent_it_is_said_where_to_name_one(pytester):
    pytester.makepyfile("def test_abort(wild_case): wild_case('abort-docs-503')")
    ran = pytester.runpytest_subprocess()
    ran.assert_outcomes(failed=1)
    ran.stdout.fnmatch_lines(["*no agent: name it in the call, as --wild-agent COMMAND*"])
