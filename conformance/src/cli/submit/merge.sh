# Waits until all shards are done, and merges them; at last those that there are, so that the merge tells what lacks.
out=$1 program=$2
shift 2
left=$WILD_WAIT
while [ "$(find "$out/ended" -type f 2>/dev/null | wc -l)" -lt "$WILD_SHARDS" ] && [ "$left" -gt 0 ]; do
  sleep 5
  left=$((left - 5))
done
shard=1
while [ "$shard" -le "$WILD_SHARDS" ]; do
  set -- "$@" "$out/shard-$shard"
  shard=$((shard + 1))
done
"$program" merge --no-config --out "$out/merged" "$@"
code=$?
# Without a verdict they are merged again, which has not to wait then for what is done.
if [ "$code" -le 1 ]; then
  rm -rf "$out/ended"
fi
exit "$code"
