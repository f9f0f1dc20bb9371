"""One case, played with an agent and judged."""
import dataclasses
import json
import os
import pathlib
import subprocess
from typing import Any, Dict, List, Sequence, Union

from wild_conformance.programs import WildError, program

CONFORMANT = "conformant"
#: Exit codes of `run` with which there is a report: 0 conformant, 1 not, 3 could not run.
JUDGED = (0, 1, 3)

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
    #: ``conformant``, ``non-conformant``, ``could not run``, ...
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
            raise AssertionError(f"{self.case} is {self.outcome}\n{self.text}\nevidence: {self.evidence}")


def play(
    case: str,
    agent: Sequence[Argument],
    out: Argument,
    options: Sequence[Argument] = (),
) -> Play:
    """Plays a case with an agent's command line and judges it.

    ``case`` is the id of one case, or a case file; ``agent`` the program and its arguments, to which no
    shell is applied; ``out`` the folder for the evidence; ``options`` further ones of
    ``wild-conformance run``, such as ``["--allow-net", "api.example.com:443"]``.
    """
    out = pathlib.Path(out)
    report_file = out / "asked.json"
    command = [program("wild-conformance"), "run", "--case", case, "--out", out]
    command += ["--report", "text", "--report", f"json={report_file}", *options, "--", *agent]
    ran = subprocess.run(
        [os.fspath(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
    )
    if ran.returncode not in JUDGED or not report_file.is_file():
        raise WildError(ran.stderr.strip() or f"wild-conformance run ended with exit code {ran.returncode}")
    report = json.loads(report_file.read_text(encoding="utf-8"))
    if len(report["cases"]) != 1:
        raise WildError(f"{case} is {len(report['cases'])} cases; one is played at a time")
    return _of_case(report, out, ran.stdout)


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
