# A folder is submitted to once: what is submitted again would play the same plays.
if ! (set -C && : >"$mark") 2>/dev/null; then
  if [ ! -e "$mark" ]; then
    echo "error: cannot write $mark" >&2
    exit 2
  fi
  jobs='' since=''
  { read -r jobs && read -r since; } <"$mark" || true
  if [ -n "$jobs" ]; then
    echo "error: jobs $jobs were submitted to ${mark%/*} on $since; take them back (scancel $jobs), or wait for their" \
      "end, and remove their mark to submit again: $mark" >&2
  else
    echo "error: a submission to ${mark%/*} goes on, or was broken off; see that it left no jobs (squeue --me), and" \
      "remove its mark: $mark" >&2
  fi
  exit 2
fi
unmark() { rm -f "$mark"; }
trap unmark EXIT
note() { printf '%s\n' "$1" "$(date -u '+%Y-%m-%d %H:%M:%S UTC')" >"$mark"; }
