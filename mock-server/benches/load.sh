#!/usr/bin/env bash
# Measures wild-mock against a bare axum handler that returns the same bytes, with wrk.
# Usage: load.sh TARGET_DIR [SECONDS]; prints a Markdown table to stdout, progress to stderr.
set -euo pipefail

target=${1:?usage: load.sh TARGET_DIR [SECONDS]}
seconds=${2:-5}
connections=32
mock=$target/release/wild-mock
yardstick=$target/release/examples/yardstick
scratch=$(mktemp -d)
pids=()
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$scratch"
}
trap cleanup EXIT

command -v wrk >/dev/null || { echo "load.sh: wrk is missing; on Debian: apt-get install wrk" >&2; exit 2; }
for binary in "$mock" "$yardstick"; do
  [ -x "$binary" ] || { echo "load.sh: $binary is missing; run it through 'make bench'" >&2; exit 2; }
done

# Starts a server and leaves its URL in $url and its process id in $pid.
start() {
  local out=$scratch/out.$RANDOM
  "$@" >"$out" 2>>"$scratch/err" &
  pid=$!
  pids+=("$pid")
  until grep -q '^listening on ' "$out"; do
    kill -0 "$pid" 2>/dev/null || { cat "$scratch/err" >&2; exit 1; }
    sleep 0.01
  done
  url=$(sed -n 's/^listening on //p' "$out")
}
stop() { kill "$pid"; wait "$pid" 2>/dev/null || true; }
mock_start() { start "$mock" serve --listen 127.0.0.1:0 --workdir "$scratch" "$@"; }

# Requests a second of a wrk run; anything but 2xx answers is an error.
rate() {
  local report
  report=$(wrk -t1 -c"$connections" -d"${seconds}s" "$@")
  if grep -qE 'Non-2xx|Socket errors' <<<"$report"; then
    echo "load.sh: errors under load: $report" >&2
    exit 1
  fi
  awk '/^Requests\/sec/ { printf "%d", $2 }' <<<"$report"
}
bare() {
  start "$yardstick" "$1"
  shift
  rate "$@" "$url/"
  stop
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
row() { printf '| %s | %s | %s | %s | %s |\n' "$@"; }

post=$scratch/post.lua
cat >"$post" <<'LUA'
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = '{"name":"trial","command":"cd /project && python train.py --lr 0.001","chat_session_id":"chat"}'
LUA

# Stores N thousand runs in the server at $url, a thousand to a sweep.
fill() {
  local grid
  grid=$(seq -s, 1000)
  for _ in $(seq "$1"); do
    curl -sf -o /dev/null -H "content-type: application/json" "$url/sweeps" \
      -d "{\"name\":\"s\",\"base_command\":\"true\",\"max_runs\":1000,\"parameters\":{\"n\":[$grid]}}"
  done
}

echo "load.sh: $(nproc) cores, $connections connections, $seconds s a figure" >&2
echo "| what | wild-mock | bare axum | share | expected |"
echo "|---|---|---|---|---|"

mock_start
curl -sf "$url/wild/v2/system-health" >"$scratch/health.json"
health=$(rate "$url/wild/v2/system-health")
stop
health_bare=$(bare "$scratch/health.json")
row 'GET /wild/v2/system-health' "$health/s" "$health_bare/s" "$(ratio "$health" "$health_bare")" '>= 0.60'

mock_start
curl -sf -H "content-type: application/json" "$url/runs" -d '{"name":"trial","command":"true"}' >"$scratch/run.json"
post_empty=$(rate -s "$post" "$url/runs")
stop
post_bare=$(bare "$scratch/run.json" -s "$post")
row 'POST /runs, from 0 stored' "$post_empty/s" "$post_bare/s" "$(ratio "$post_empty" "$post_bare")" '>= 0.30'

mock_start
fill 100
post_full=$(rate -s "$post" "$url/runs")
stop
row 'POST /runs, from 100,000 stored' "$post_full/s" "$post_bare/s" \
  "$(ratio "$post_full" "$post_bare")" "from 0 / this: $(ratio "$post_empty" "$post_full") <= 1.20"

mock_start
fill 1
list_small=$(rate "$url/runs")
stop
mock_start
fill 100
curl -sf "$url/runs" >"$scratch/runs.json"
list_large=$(rate "$url/runs")
stop
list_bare=$(bare "$scratch/runs.json")
row 'GET /runs, 1,000 stored' "$list_small/s" "$list_bare/s" "$(ratio "$list_small" "$list_bare")" ''
row 'GET /runs, 100,000 stored' "$list_large/s" "$list_bare/s" \
  "$(ratio "$list_large" "$list_bare")" "1,000 stored / this: $(ratio "$list_small" "$list_large") <= 1.20"

mock_start
curl -sf "$url/openapi.json" >"$scratch/openapi.json"
document=$(rate "$url/openapi.json")
stop
document_bare=$(bare "$scratch/openapi.json")
row 'GET /openapi.json' "$document/s" "$document_bare/s" "$(ratio "$document" "$document_bare")" ''

mock_start
idle=$(awk '/VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$pid/status")
stop
row 'resident when idle' "$idle MiB" '' '' '< 30 MiB'

# From the start of the process to the end of the first answer, best of 20: the rest is noise.
best=$(python3 - "$mock" "$scratch" <<'PY'
import http.client, subprocess, sys, time, urllib.parse
best = None
for _ in range(20):
    begin = time.perf_counter()
    server = subprocess.Popen(
        [sys.argv[1], "serve", "--listen", "127.0.0.1:0", "--workdir", sys.argv[2]],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    address = urllib.parse.urlsplit(server.stdout.readline().split()[-1])
    connection = http.client.HTTPConnection(address.hostname, address.port)
    connection.request("GET", "/wild/v2/system-health")
    assert connection.getresponse().read()
    took = time.perf_counter() - begin
    best = took if best is None else min(best, took)
    server.terminate()
    server.wait()
print("%.1f" % (best * 1000))
PY
)
row 'process start to first answer' "$best ms" '' '' '< 50 ms'
