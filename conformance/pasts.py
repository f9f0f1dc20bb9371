#!/usr/bin/env python3
"""Carries out the ticked tasks of the built-in execution plans and keeps what they leave.

Writes `fixtures/pasts/<workspace>/`: `past.toml` with the runs of each task, and a folder for each task
with its files (`session/` stands for the folder of the tasks file). The numbers are those of the
workspace's own scripts, so run this again when a script changes: `make pasts`.
"""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

FIXTURES = pathlib.Path(__file__).resolve().parent.parent / "fixtures"
ROOT = ".wild/experiments"
PLAYBOOK = """# Prompt-skill playbook

| skill | when to use it | expected output |
|---|---|---|
| `wild_v2_execution_ops_protocol` | before every run | tracked runs with logs and manifests |
| `wild_v2_gpu_discovery_parallel_scheduling` | before several runs are started | how many fit at once |
| `wild_v2_reflection` | at the midpoint and at the end | continue or replan, with the numbers |

## Execution Ops Protocol

Detect the cluster, read it and the system's health, then create each configuration as its own run of
the session's sweep, start no more than fit, and look at them until they have ended.
"""
NAMING = """# Names, logs and manifests

A run is called by its knobs and its seed, in the order of the plan, so that the same configuration
always has the same name:

| configuration | name |
|---|---|
{rows}

Its output goes to `{root}/logs/<name>.log`, what it produces to `{root}/outputs/<name>/`, and
`{root}/metadata/<name>.json` has its command, seed, commit and timestamp.
"""


def mean(values):
    return sum(values) / len(values)


class Project:
    """A copy of a workspace in which tasks are carried out."""

    def __init__(self, name, score, pin):
        self.name, self.score, self.pin = name, score, pin
        self.target = FIXTURES / "pasts" / name
        shutil.rmtree(self.target, ignore_errors=True)
        self.copy = pathlib.Path(tempfile.mkdtemp(prefix="past-")) / name
        shutil.copytree(FIXTURES / "workspaces" / name, self.copy)
        (self.copy / ROOT / "logs").mkdir(parents=True)
        self.told = ["# What the ticked tasks of the execution plans left. Written by `make pasts`.\n"]
        self.scores = {}

    def task(self, identity, log):
        self.identity = identity
        self.told.append(f"\n[[task]]\nid = {json.dumps(identity)}\nlog = {json.dumps(log)}\n")

    def write(self, path, text):
        file = self.target / self.identity / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def run(self, name, device, script):
        out = f"{ROOT}/outputs/{name}"
        log = f"{ROOT}/logs/{name}.log"
        command = f"{script} --out {out} > {log} 2>&1"
        done = subprocess.run(
            ["sh", "-c", command.replace("python ", f"{sys.executable} ", 1)], cwd=self.copy
        )
        if done.returncode:
            sys.exit(f"{command}: {(self.copy / log).read_text()}")
        for path in [*sorted((self.copy / out).iterdir()), self.copy / log]:
            if path.name != "model.json":
                text = path.read_text(encoding="utf-8")
                self.write(path.relative_to(self.copy), text)
        metrics = json.loads((self.copy / out / "metrics.json").read_text(encoding="utf-8"))
        self.scores[name] = metrics[self.score]
        pinned = self.pin.format(device=device)
        shown = f"cd {{workdir}} && {pinned}{command}"
        numbers = {key: value for key, value in metrics.items() if isinstance(value, float)}
        row = ", ".join(f"{key} = {value!r}" for key, value in numbers.items())
        self.told.append(
            f"runs.{name_key(name)} = {{ command = {json.dumps(shown)}, metrics = {{ {row} }} }}\n"
        )

    def table(self, path, names, knobs):
        lines = [",".join(["run", *knobs, self.score])]
        for name in names:
            values = [re.search(f"(?:^|-){knob}([^-]+)", name)[1] for knob in knobs]
            lines.append(",".join([name, *values, f"{self.scores[name]:.4f}"]))
        self.write(path, "\n".join(lines) + "\n")

    def close(self):
        (self.target / "past.toml").write_text("".join(self.told), encoding="utf-8")
        shutil.rmtree(self.copy.parent)


def name_key(name):
    return json.dumps(name)


def common(project, script, example):
    project.task("P1-T1", f"read `{script}` and listed its options")
    shown = subprocess.run(
        [sys.executable, script, "--help"], cwd=project.copy, capture_output=True, text=True, check=True
    ).stdout
    options = sorted(set(re.findall(r"--[a-z0-9-]+", shown)))
    listed = "\n".join(f"- `{option}`" for option in options)
    project.write(f"{ROOT}/metadata/options.md", f"# Options of `{script}`\n\n{listed}\n")
    project.task("P1-T2", "wrote the prompt-skill playbook")
    project.write("session/prompt_skill_playbook.md", PLAYBOOK)
    project.task("P1-T3", "created `.venv` and recorded what it holds")
    pinned = (project.copy / "requirements.txt").read_text(encoding="utf-8").splitlines()
    pinned = "\n".join(line for line in pinned if "==" in line)
    project.write(f"{ROOT}/metadata/environment.txt", f"# .venv, Python 3.11\n{pinned}\n")
    project.task("P2-T1", "fixed names, logs and manifests")
    rows = "\n".join(f"| {knobs} | `{name}` |" for knobs, name in example)
    project.write(f"{ROOT}/metadata/naming.md", NAMING.format(rows=rows, root=ROOT))


def tiny_lm():
    project = Project("tiny-lm", "val_bpc", "CUDA_VISIBLE_DEVICES={device} ")
    common(
        project,
        "scripts/train.py",
        [
            ("lr 0.003, cosine, seed 0", "lr0.003-schedulecosine-seed0"),
            ("lr 0.01, constant, seed 1", "lr0.01-scheduleconstant-seed1"),
        ],
    )
    project.task("P2-T2", "trained the baseline; its number is in `results/baseline.csv`")
    project.run("baseline", 0, "python scripts/train.py --config configs/baseline.json --seed 0")
    project.table(f"{ROOT}/results/baseline.csv", ["baseline"], [])
    project.task("P3-T1", "all 8 runs of the grid finished; the table is `results/grid.csv`")
    score, names = {}, []
    for lr in ("0.003", "0.01"):
        for schedule in ("constant", "cosine"):
            for seed in (0, 1):
                name = f"lr{lr}-schedule{schedule}-seed{seed}"
                script = f"python scripts/train.py --lr {lr} --schedule {schedule} --seed {seed}"
                project.run(name, seed, script)
                names.append(name)
                score[lr, schedule, seed] = project.scores[name]
    project.table(f"{ROOT}/results/grid.csv", names, ["lr", "schedule", "seed"])

    def gap(lr):
        both = [mean([score[lr, kind, seed] for seed in (0, 1)]) for kind in ("constant", "cosine")]
        return *both, both[1] - both[0]

    rows = [(lr, *gap(lr)) for lr in ("0.003", "0.01")]
    table = "\n".join(f"| {lr} | {a:.4f} | {b:.4f} | {c:+.4f} |" for lr, a, b, c in rows)
    head = "| lr | constant | cosine | cosine - constant |\n|---|---|---|---|"
    noise = max(abs(score[lr, k, 0] - score[lr, k, 1]) for lr, k, s in score if s == 0)
    project.task("P3-T2", "midpoint: continue, see `analysis/midpoint.md`")
    widest = max(abs(row[3]) for row in rows)
    verdict = "Continue" if widest > noise else "Continue with care"
    project.write(
        f"{ROOT}/analysis/midpoint.md",
        f"# Midpoint\n\nMean validation bits per character over two seeds, from `results/grid.csv`:\n\n"
        f"{head}\n{table}\n\n{verdict}: the widest gap is {widest:.4f}, two seeds of one configuration "
        f"differ by {noise:.4f} at most.\n",
    )
    project.task("P4-T1", "compared the gap at each learning rate")
    project.write(
        f"{ROOT}/analysis/ablation.md",
        "# Ablation: one learning rate at a time\n\n"
        f"{head}\n{table}\n\nAt both rates the constant schedule has the lower mean.\n"
        if all(row[3] > 0 for row in rows)
        else f"# Ablation: one learning rate at a time\n\n{head}\n{table}\n",
    )
    project.close()


def slurm_nlp():
    srun = "srun --partition=gpu-a100 --account=nlp-lab --qos=normal --gres=gpu:1 "
    project = Project("slurm-nlp", "macro_f1", srun)
    common(
        project,
        "scripts/train.py",
        [
            ("ngram 1, l2 0.0001, seed 0", "ngram1-l20.0001-seed0"),
            ("ngram 2, l2 0.001, seed 1", "ngram2-l20.001-seed1"),
        ],
    )
    project.task("P2-T2", "trained naive Bayes; its number is in `results/baseline.csv`")
    project.run("baseline", 0, "python scripts/train.py --config configs/nb.json --seed 0")
    project.table(f"{ROOT}/results/baseline.csv", ["baseline"], [])
    project.close()


if __name__ == "__main__":
    tiny_lm()
    slurm_nlp()
