"""What python.md shows does what it says there."""
import pathlib
import re

DOCS = pathlib.Path(__file__).resolve().parents[3] / "docs/src/python.md"


def test_the_agent_that_is_shown_aborts_and_has_no_plan_yet(pytester):
    agent, tests = re.findall(r"```python file=\S+\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    (pytester.path / "agent.py").write_text(agent)
    (pytester.path / "test_agent.py").write_text(tests)
    ran = pytester.runpytest_subprocess("--wild-agent", "python3 agent.py", "test_agent.py")
    ran.assert_outcomes(passed=4, failed=1)
    ran.stdout.fnmatch_lines(["*planning-healthy is non-conformant*", "*the agent exited with code 1*"])
    ran.stdout.fnmatch_lines(["*stderr: NotImplementedError: ask your model for the plan here*"])
    ran.stdout.no_fnmatch_line("*PBK001*")
