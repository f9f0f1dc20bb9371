import json
import urllib.error
import urllib.request

import pytest

from wild_conformance import Mock, WildError, program


def status(url):
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_what_is_armed_strikes_until_it_is_taken_back(wild_mock):
    assert status(f"{wild_mock.url}/docs") == 200
    fault = wild_mock.arm(path="/docs", action="status", status=503)
    assert status(f"{wild_mock.url}/docs") == 503
    wild_mock.disarm(fault)
    assert status(f"{wild_mock.url}/docs") == 200
    answered = [(entry["path"], entry["outcome"]["status"]) for entry in wild_mock.journal()]
    assert answered == [("/docs", 200), ("/docs", 503), ("/docs", 200)]
    assert wild_mock.journal(path="/runs") == []


def test_each_test_finds_the_server_as_new(wild_mock):
    assert wild_mock.journal() == []
    assert status(f"{wild_mock.url}/docs") == 200


def test_the_state_can_be_taken_over(wild_mock):
    body = json.dumps({"name": "trial", "command": "sleep 1"}).encode()
    request = urllib.request.Request(f"{wild_mock.url}/runs", data=body, method="POST")
    request.add_header("Content-Type", "application/json")
    urllib.request.urlopen(request, timeout=10).close()
    state = wild_mock.state()
    wild_mock.reset()
    wild_mock.restore(state)
    with urllib.request.urlopen(f"{wild_mock.url}/runs", timeout=10) as answer:
        assert [run["name"] for run in json.load(answer)] == ["trial"]


def test_a_refusal_says_why(wild_mock):
    with pytest.raises(WildError, match="^wild-mock refused POST /faults: unknown action `explode`"):
        wild_mock.arm(path="/docs", action="explode")
    with pytest.raises(WildError, match="ended with exit code 2"):
        Mock("--cluster", "moon")


def test_a_path_that_nobody_serves_is_a_slip_unless_it_is_meant(wild_mock):
    with pytest.raises(WildError, match=r"no endpoint serves `/doc`.*did you mean `/docs`\?.*unserved=True"):
        wild_mock.arm(path="/doc", action="status", status=503)
    assert status(f"{wild_mock.url}/doc") == 404
    wild_mock.arm(path="/doc", action="status", status=503, unserved=True)
    assert status(f"{wild_mock.url}/doc") == 503


def test_the_clock_moves_on_only(wild_mock):
    with pytest.raises(WildError, match="^wild-mock refused POST /clock: advance is -1; the clock moves on only"):
        wild_mock.advance(-1)


def test_a_server_that_is_gone_is_said():
    with Mock() as mock:
        mock.close()
        with pytest.raises(WildError, match="wild-mock does not answer at http://"):
            mock.reset()


def test_a_program_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sysconfig.get_path", lambda _: "/nowhere")
    monkeypatch.delenv("WILD_MOCK", raising=False)
    with pytest.raises(WildError, match="wild-mock is neither in /nowhere nor on PATH; WILD_MOCK may name it"):
        program("wild-mock")
