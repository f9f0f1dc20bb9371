"""One case, played with an agent and judged."""
import dataclasses
import difflib
import json
import os
import pathlib
import re
import subprocess
from typing import Any, Dict, List, Optional, Sequence, Union

from wild_conformance.programs import WildError, program

CONFORMANT = "conformant"
COULD_NOT_RUN = "could-not-run"
#: Exit codes of `run` with which there is a report: 0 conformant, 1 not, 3 could not run.
JUDGED = (0, 1, 3)
#: Exit code of a play that the user interrupted.
INTERRUPTED = 130
#: Seconds that an interrupted harness has to end its agent.
GRACE = 30
#: Most cases that an error names.
MOST_NAMED = 5

Argument = Union[str, "os.PathLike[str]"]


@dataclasses.dataclass(frozen=True)
class Finding:
    """A rule that was broken, and how."""

    code: str
    slug: str
    level: str
    message: str

    def __str__(self) -> str:
        return f"{self.code} {self.slug} ({self.level}): {self.message}"


@dataclasses.dataclass(frozen=True)
class Play:
    """What came of a play."""

    case: str
    #: ``conformant``, ``non-conformant``, ``could-not-run``, ...
    outcome: str
    #: Why, where the outcome has a reason of its own.
    reason: str
    findings: List[Finding]
    #: Questions that nobody could answer for certain; they fail nothing.
    doubts: List[str]
    #: The folder with everything that was observed, for ``wild-conformance check``.
    evidence: pathlib.Path
    #: What is wrong, for people.
    text: str
    #: The whole report, as ``--report json`` has it.
    report: Dict[str, Any]

    @property
    def is_conformant(self) -> bool:
        return self.outcome == CONFORMANT

    def assert_conformant(self) -> None:
        """Raises an AssertionError that says what was broken, and where the evidence is."""
        # pytest shows the message, and not how it came about.
        __tracebackhide__ = True
        if not self.is_conformant:
            raise AssertionError(f"{self._in_a_line()}\n{self.text}\nevidence: {self.evidence}")

    def _in_a_line(self) -> str:
        """What pytest's short summary has room for."""
        if self.reason:
            return f"{self.case} {self.outcome.replace('-', ' ')}: {self.reason}"
        codes = list(dict.fromkeys(finding.code for finding in self.findings))
        more = f", and {len(codes) - MOST_NAMED} more" if len(codes) > MOST_NAMED else ""
        return f"{self.case} is {self.outcome}: {', '.join(codes[:MOST_NAMED])}{more}"


def play(
    case: str,
    agent: Sequence[Argument],
    out: Argument,
    options: Sequence[Argument] = (),
    cwd: Optional[Argument] = None,
) -> Play:
    """Plays a case with an agent's command line and judges it.

    ``case`` is the id of one case, or a case file; ``agent`` the program and its arguments, to which no
    shell is applied; ``out`` the folder for the evidence; ``options`` further ones of
    ``wild-conformance run``, such as ``["--allow-net", "api.example.com:443"]``; ``cwd`` the folder from
    which relative paths are found.
    """
    __tracebackhide__ = True
    _refuse_unless_one(case, cwd)
    out = pathlib.Path(out).absolute()
    report_file = out / "asked.json"
    command = ["run", "--case", case, "--out", out, "--report", "text", "--report", f"json={report_file}"]
    ran = _run([*command, *options, "--", *agent], cwd)
    if ran.returncode == INTERRUPTED:
        raise KeyboardInterrupt(f"the play of {case} was interrupted")
    if ran.returncode not in JUDGED or not report_file.is_file():
        raise WildError(_complaint(ran) or f"wild-conformance run ended with exit code {ran.returncode}")
    return _of_case(json.loads(report_file.read_text(encoding="utf-8")), out, ran.stdout)


def _refuse_unless_one(case: str, cwd: Optional[Argument]) -> None:
    """Refuses what names no case or several, before anything is played."""
    __tracebackhide__ = True
    listed = _run(["cases", "--report", "json", "--", case], cwd)
    if listed.returncode != 0:
        raise WildError(_complaint(listed) + _near(case, listed.stderr))
    names = [found["id"] for found in json.loads(listed.stdout)]
    if len(names) > 1:
        some = ", ".join(names[:MOST_NAMED])
        raise WildError(f"{case} is {len(names)} cases, and one is played at a time: name one, such as {some}")


def _near(case: str, complaint: str) -> str:
    """Cases that may be meant, where the harness names none."""
    everything = _run(["cases", "--report", "json"], None)
    if "did you mean" in complaint or everything.returncode != 0:
        return ""
    names = [known["id"] for known in json.loads(everything.stdout)]
    near = difflib.get_close_matches(case, names, 3)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _run(words: Sequence[Argument], cwd: Optional[Argument]) -> "subprocess.CompletedProcess[str]":
    __tracebackhide__ = True
    command = [os.fspath(word) for word in (program("wild-conformance"), *words)]
    pipe = subprocess.PIPE
    ran = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, cwd=cwd, text=True, errors="replace"
    )
    with ran:
        try:
            stdout, stderr = ran.communicate()
        except KeyboardInterrupt:
            # The terminal told the harness, too, which ends its agent in an orderly way.
            _wait_or_kill(ran)
            raise
        except BaseException:
            ran.kill()
            raise
    return subprocess.CompletedProcess(command, ran.returncode, stdout, stderr)


def _wait_or_kill(ran: "subprocess.Popen[str]") -> None:
    try:
        ran.communicate(timeout=GRACE)
    except subprocess.TimeoutExpired:
        ran.kill()


def _complaint(ran: "subprocess.CompletedProcess[str]") -> str:
    """What the harness wrote, the message first."""
    return re.sub("^error: ", "", ran.stderr.strip())


def _of_case(report: Dict[str, Any], out: pathlib.Path, text: str) -> Play:
    (case,) = report["cases"]
    findings, doubts = [], []
    for rule in case["rules"]:
        for found in rule.get("findings", ()):
            findings.append(Finding(rule["code"], rule["slug"], found["level"], found["message"]))
        doubts += [f"{rule['code']}: {doubt['question']}" for doubt in rule.get("doubts", ())]
    return Play(
        case=case["id"],
        outcome=case["outcome"],
        reason=case.get("reason") or "",
        findings=findings,
        doubts=doubts,
        evidence=out / case["id"],
        text=text,
        report=report,
    )
