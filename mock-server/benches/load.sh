#!/usr/bin/env bash
# Measures wild-mock, with wrk, against a bare axum handler that returns the same bytes and against wiremock,
# a mock server that others use; then what it costs to store many runs.
# Usage: load.sh TARGET_DIR [SECONDS [THOUSANDS]]; prints two Markdown tables to stdout, progress to stderr.
set -euo pipefail

target=${1:?usage: load.sh TARGET_DIR [SECONDS [THOUSANDS]]}
seconds=${2:-5}
thousands=${3:-300}
connections=32
mock=$target/release/wild-mock
yardstick=$target/release/examples/yardstick
peer=$target/release/examples/peer
scratch=$(mktemp -d)
pids=()
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$scratch"
}
trap cleanup EXIT

command -v wrk >/dev/null || { echo "load.sh: wrk is missing; on Debian: apt-get install wrk" >&2; exit 2; }
for binary in "$mock" "$yardstick" "$peer"; do
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
resident() { awk '/VmRSS/ { printf "%.1f", $2 / 1024 }' "/proc/$pid/status"; }

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
# The rate of another server that answers with the content of a file: other SERVER FILE [WRK OPTION ...].
other() {
  start "$1" "$2"
  shift 2
  rate "$@" "$url/"
  stop
}
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.2f", a / b }'; }
row() {
  local separated
  printf -v separated ' %s |' "$@"
  echo "|$separated"
}
# A row of rates: compared WHAT MOCK BARE PEER AIM. Nothing fails where an aim is missed.
compared() { row "$1" "$2/s" "$3/s" "$(ratio "$2" "$3")" "$4/s" "$5"; }

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
row what wild-mock 'bare axum' share wiremock aim
row --- --- --- --- --- ---

mock_start
curl -sf "$url/wild/v2/system-health" >"$scratch/health.json"
health=$(rate "$url/wild/v2/system-health")
stop
health_bare=$(other "$yardstick" "$scratch/health.json")
health_peer=$(other "$peer" "$scratch/health.json")
compared 'GET /wild/v2/system-health' "$health" "$health_bare" "$health_peer" 'share >= 0.85'

mock_start
curl -sf -H "content-type: application/json" "$url/runs" -d '{"name":"trial","command":"true"}' >"$scratch/run.json"
post_empty=$(rate -s "$post" "$url/runs")
stop
post_bare=$(other "$yardstick" "$scratch/run.json" -s "$post")
post_peer=$(other "$peer" "$scratch/run.json" -s "$post")
compared 'POST /runs, from 0 stored' "$post_empty" "$post_bare" "$post_peer" 'share >= 0.30'

mock_start
fill 100
post_full=$(rate -s "$post" "$url/runs")
stop
compared 'POST /runs, from 100,000 stored' "$post_full" "$post_bare" "$post_peer" \
  "from 0 / this: $(ratio "$post_empty" "$post_full") <= 1.20"

mock_start
fill 1
list_small=$(rate "$url/runs")
stop
mock_start
fill 100
curl -sf "$url/runs" >"$scratch/runs.json"
list_large=$(rate "$url/runs")
stop
list_bare=$(other "$yardstick" "$scratch/runs.json")
list_peer=$(other "$peer" "$scratch/runs.json")
compared 'GET /runs, 1,000 stored' "$list_small" "$list_bare" "$list_peer" 'share >= 0.60'
compared 'GET /runs, 100,000 stored' "$list_large" "$list_bare" "$list_peer" \
  "share >= 0.60, 1,000 stored / this: $(ratio "$list_small" "$list_large") <= 1.20"

mock_start
curl -sf "$url/openapi.json" >"$scratch/openapi.json"
document=$(rate "$url/openapi.json")
stop
document_bare=$(other "$yardstick" "$scratch/openapi.json")
document_peer=$(other "$peer" "$scratch/openapi.json")
compared 'GET /openapi.json' "$document" "$document_bare" "$document_peer" ''

mock_start
idle=$(resident)
stop
row 'resident when idle' "$idle MiB" '' '' '' '< 30 MiB'

# From the start of the process to the end of the first answer, best of N: the rest is noise.
first_answer() {
  python3 - "$@" <<'PY'
import http.client, subprocess, sys, time, urllib.parse
times, *command = sys.argv[1:]
best = None
for _ in range(int(times)):
    begin = time.perf_counter()
    server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
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
}
serve=("$mock" serve --listen 127.0.0.1:0 --workdir "$scratch")
row 'process start to first answer' "$(first_answer 20 "${serve[@]}") ms" '' '' '' '< 50 ms'

echo
row "${thousands},000 runs stored, with --state" figure
row --- ---
state=(--state "$scratch/state")
mock_start "${state[@]}"
began=$(date +%s.%N)
fill "$thousands"
row 'storing them, 1,000 a request' "$(awk -v a="$began" -v b="$(date +%s.%N)" 'BEGIN { printf "%.1f", b - a }') s"
row 'resident' "$(resident) MiB"
row 'GET /wild/v2/system-health' "$(rate "$url/wild/v2/system-health")/s"
row 'GET /runs' "$(rate "$url/runs")/s"
row 'resident after that' "$(resident) MiB"
stop
row 'state file' "$(awk -v a="$(stat -c %s "$scratch/state")" 'BEGIN { printf "%.1f", a / 1048576 }') MiB"
row 'process start to first answer' "$(first_answer 3 "${serve[@]}" "${state[@]}") ms"
mock_start "${state[@]}"
row 'resident after such a start' "$(resident) MiB"
stop
