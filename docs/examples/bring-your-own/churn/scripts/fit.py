"""Fits one threshold on made-up customers and writes its accuracy."""

import argparse
import json
import pathlib
import random


def accuracy(threshold: float, seed: int) -> float:
    draw = random.Random(seed)
    customers = [draw.random() for _ in range(200)]
    leaves = [months < 0.4 + draw.uniform(-0.1, 0.1) for months in customers]
    hits = sum((months < threshold) == left for months, left in zip(customers, leaves))
    return hits / len(customers)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--threshold", type=float, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    result = {"accuracy": accuracy(options.threshold, options.seed)}
    (options.out / "metrics.json").write_text(json.dumps(result) + "\n")
    print(result)
