#!/usr/bin/env bash
# One step of the action: plays the shard WILD_SHARD of WILD_SHARDS, or merges all of them.
set -euo pipefail
program=${WILD_BINARY:-$HOME/.local/wild-conformance/bin/wild-conformance}
declare -a args=() agent=()
# What the workflow says is read as its own shell would read it.
eval "args=($WILD_ARGS)"
eval "agent=($WILD_AGENT)"
mkdir -p "$WILD_OUT"
# With it below, artifacts keep the folders of the shards.
touch "$WILD_OUT/.keep"

if [ "$WILD_SHARD" = merge ]; then
  out=$WILD_OUT/merged
  command=("$program" merge --out "$out" --report github "${args[@]}")
  for ((shard = 1; shard <= WILD_SHARDS; shard++)); do
    command+=("$WILD_OUT/shard-$shard")
  done
else
  out=$WILD_OUT/shard-$WILD_SHARD
  command=("$program" run --shard "$WILD_SHARD/$WILD_SHARDS" --resume --out "$out")
  if [ "$WILD_SHARDS" = 1 ]; then
    command+=(--report github)
  fi
  command+=("${args[@]}")
  if [ "${#agent[@]}" -gt 0 ]; then
    command+=(-- "${agent[@]}")
  fi
fi

code=0
"${command[@]}" || code=$?
echo "exit-code=$code" >>"$GITHUB_OUTPUT"
echo "report=$out/report.json" >>"$GITHUB_OUTPUT"
# A part has no verdict on the whole: that is for the job that merges.
if [ "$code" = 1 ] && [ "$WILD_SHARD" != merge ] && [ "$WILD_SHARDS" != 1 ]; then
  code=0
fi
exit "$code"
