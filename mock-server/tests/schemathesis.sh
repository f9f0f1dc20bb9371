#!/usr/bin/env bash
# Lets schemathesis (PyPI) make requests from the published document, good and bad ones, against a mock
# with run ids that exist, and fails on any 5xx that the contract does not have.
#
#   mock-server/tests/schemathesis.sh [BINARY] [REQUESTS] [SEED]
#
# `schemathesis` must be in PATH: python3 -m venv V && V/bin/pip install schemathesis && PATH=V/bin:$PATH
set -euo pipefail

binary=$(realpath "${1:-target/debug/wild-mock}")
wanted=${2:-20000}
seed=${3:-1}
scratch=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$scratch"' EXIT

cd "$scratch"
"$binary" serve --listen 127.0.0.1:0 --journal journal --cluster local_gpu:2 >address 2>log &
server=$!
until url=$(sed -n 's/^listening on //p' address) && [ -n "$url" ]; do
  kill -0 "$server" 2>/dev/null || { cat log >&2; exit 2; }
  sleep 0.05
done

# Each round is another seed, until there are enough requests.
round=0
while [ "$(wc -l <journal)" -lt "$wanted" ]; do
  schemathesis run "$url/openapi.json" --phases examples,coverage,fuzzing,stateful \
    --checks not_a_server_error --continue-on-failure --max-examples 100 \
    --suppress-health-check all --warnings off --generation-database none \
    --seed $((seed + round)) --request-timeout 20 >"round-$round" 2>&1 || true
  round=$((round + 1))
  [ "$round" -le 50 ] || { tail -40 "round-$((round - 1))" >&2; exit 2; }
done
kill "$server"
wait "$server" || true

python3 - journal <<'PYTHON'
import collections, json, re, sys

# The answers with 5xx that the contract has: method, path, status, why.
CONTRACT = [
    ("POST", r"/prompt-skills/install", 502, "the repository cannot be cloned"),
    ("POST", r"/runs/[^/]+/metrics", 500, "the body is no JSON object"),
    ("POST", r"/runs/[^/]+/start", 500, "the run was reported and has no command"),
    ("POST", r"/wild/v2/events/[^/]+/resolve", 500, "an id is a list or an object"),
]
total, server_errors = 0, collections.Counter()
for line in open(sys.argv[1], encoding="utf-8"):
    exchange = json.loads(line)
    total += 1
    status = exchange["outcome"].get("status", 0)
    if status < 500:
        continue
    for method, pattern, code, why in CONTRACT:
        if (exchange["method"], status) == (method, code) and re.fullmatch(pattern, exchange["path"], re.S):
            server_errors[f"{method} {pattern}: {code}, {why}"] += 1
            break
    else:
        server_errors[f"NOT IN THE CONTRACT: {exchange['method']} {exchange['path']}: {status}"] += 1
print(f"{total} requests, {sum(server_errors.values())} answers with 5xx")
for what, count in sorted(server_errors.items()):
    print(f"  {count:6} {what}")
sys.exit(any(what.startswith("NOT") for what in server_errors))
PYTHON
