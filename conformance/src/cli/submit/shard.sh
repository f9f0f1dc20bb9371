# A shard: plays, and goes on where an earlier pod of the same index stopped.
out=$1 program=$2
shift 2
rm -f "$out/ended/$JOB_COMPLETION_INDEX"
child=
trap 'told=1; kill -TERM "$child"' TERM INT
"$program" run --no-config --shard "$((JOB_COMPLETION_INDEX + 1))/$WILD_SHARDS" --resume \
  --out "$out/shard-$((JOB_COMPLETION_INDEX + 1))" "$@" &
child=$!
# A signal ends the wait and not the shard, which then has plays to end.
while :; do
  told=
  wait "$child"
  code=$?
  [ -n "$told" ] || break
done
# What has a verdict is done, whichever it is; the merge gives the one on the whole. What can never be played
# (2), and what is not tried again, is not waited for either. A pod that was told to end (130) may have another
# in its place, whichever its number.
if [ "$code" -le 2 ] || { [ "$code" -ne 130 ] && [ "${WILD_ATTEMPT:-0}" -ge "$WILD_RETRIES" ]; }; then
  mkdir -p "$out/ended"
  echo "$code" >"$out/ended/$JOB_COMPLETION_INDEX"
fi
if [ "$code" -eq 1 ]; then
  exit 0
fi
exit "$code"
