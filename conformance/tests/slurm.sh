#!/usr/bin/env bash
# A run in four shards on a real Slurm of one node, on loopback and without systemd: one shard is killed and
# requeued, and what is merged is compared with a run in one piece. Everything is in a temporary folder, and each
# daemon is a child of this script, which ends it.
set -euo pipefail
binary=$(realpath "${1:?usage: slurm.sh PATH/TO/wild-conformance [DIR, which is kept]}")
here=$(realpath "$0")
export PATH=$PATH:/usr/sbin:/sbin

missing=()
for program in munged:munge slurmctld:slurmctld slurmd:slurmd sbatch:slurm-client; do
  command -v "${program%%:*}" >/dev/null || missing+=("${program##*:}")
done
if [ "${#missing[@]}" -gt 0 ]; then
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "slurm.sh: ${missing[*]} missing; install Debian's slurm-wlm and munge, or be root" >&2
    exit 2
  fi
  echo "installing ${missing[*]}"
  apt-get update -qq
  # In runlevel 1 no service is started by its package.
  RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    slurmctld slurmd slurm-client slurm-wlm-basic-plugins munge >/dev/null
fi

kept=${2:-}
if [ -n "$kept" ]; then
  folder=$(realpath -m "$kept")
  mkdir -p "$folder"
else
  folder=$(mktemp -d)
fi
daemons=()
finish() {
  code=$?
  trap - EXIT
  for ((at = ${#daemons[@]} - 1; at >= 0; at--)); do
    kill "${daemons[at]}" 2>/dev/null || true
    wait "${daemons[at]}" 2>/dev/null || true
  done
  if [ "$code" != 0 ]; then
    tail -n 20 "$folder"/*.log >&2 || true
  elif [ -z "$kept" ]; then
    rm -rf "$folder"
  fi
  exit "$code"
}
trap finish EXIT

ports() {
  python3 -c 'import socket
all = [socket.socket() for _ in range(2)]
[one.bind(("127.0.0.1", 0)) for one in all]
print(*[one.getsockname()[1] for one in all])'
}
read -r controller_port node_port < <(ports)
node=$(hostname -s)
user=$(id -un)

mkdir -p "$folder/state" "$folder/spool"
dd if=/dev/urandom of="$folder/munge.key" bs=128 count=1 status=none
chmod 400 "$folder/munge.key"
export SLURM_CONF=$folder/slurm.conf
cat >"$SLURM_CONF" <<CONF
ClusterName=wild
SlurmctldHost=$node(127.0.0.1)
SlurmctldPort=$controller_port
SlurmdPort=$node_port
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/munge
AuthInfo=socket=$folder/munge.socket
CryptoType=crypto/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
MpiDefault=none
ReturnToService=2
KillWait=10
SlurmdParameters=config_overrides
NodeName=$node NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=main Nodes=$node Default=YES MaxTime=INFINITE State=UP
CONF

munged --foreground --force --key-file="$folder/munge.key" --socket="$folder/munge.socket" \
  --pid-file="$folder/munge.pid" --seed-file="$folder/munge.seed" --log-file="$folder/munge.log" \
  >"$folder/munged.log" 2>&1 &
daemons+=($!)
# Waits until a command holds, at most so many tenths of a second.
until_() {
  local left=$1
  shift
  until "$@"; do
    [ $((left -= 1)) -gt 0 ] || { echo "slurm.sh: waited in vain for: $*" >&2; exit 1; }
    sleep 0.1
  done
}
until_ 100 test -S "$folder/munge.socket"
slurmctld -D -f "$SLURM_CONF" >"$folder/slurmctld.log" 2>&1 &
daemons+=($!)
slurmd -D -f "$SLURM_CONF" >"$folder/slurmd.log" 2>&1 &
daemons+=($!)
is_idle() { [ "$(sinfo -h -o %t 2>/dev/null)" = idle ]; }
until_ 300 is_idle
echo "$(sbatch --version) with $(sinfo -h -o '%D node, %c processors, %t')"

run=(--suite smoke --repeat 2 --jobs 1 --seed 7)
out=$folder/evidence
cd "$folder"
"$binary" submit slurm --no-config --run --shards 4 --requeue --name wild --cpus 1 --out "$out" "${run[@]}"
array=$(squeue -h -o '%F %j' | sed -n 's/ wild$//p' | sort -un)
merge=$(squeue -h -o '%A %j' | sed -n 's/ wild-merge$//p')
# Nobody else submits there, whether or not a shard has begun.
again=0
"$binary" submit slurm --no-config --run --out "$out" "${run[@]}" 2>"$folder/again.log" || again=$?
[ "$again" = 2 ]
grep -Eq "jobs $array $merge were submitted there|a run lies there already" "$folder/again.log"

# The first shard is killed when it has some plays behind it and others ahead.
sealed() { find "$out/shard-1" -mindepth 2 -maxdepth 2 -name seal.json 2>/dev/null | wc -l; }
has_begun() { [ "$(sealed)" -ge 2 ]; }
until_ 1200 has_begun
scancel --signal=KILL --batch "${array}_1"
# Nothing is sealed any more once it is gone; a play of several iterations that was not at its end begins anew.
is_gone() { ! scontrol show job "${array}_1" | grep -Eq 'JobState=(RUNNING|COMPLETING)'; }
until_ 300 is_gone
before=$(sealed)
find "$out/shard-1" -mindepth 2 -maxdepth 2 -name seal.json ! -path '*-iteration-*' -exec sha256sum {} + >"$folder/seals"
[ -s "$folder/seals" ]
until_ 300 scontrol requeue "${array}_1" 2>/dev/null
restarts() { scontrol show job "${array}_1" | sed -n 's/.*Restarts=\([0-9]*\).*/\1/p'; }
[ "$(restarts)" = 1 ]
echo "shard 1 was killed with $before plays sealed, and is queued again"

# The merge goes ahead when nothing of the array is left.
is_over() { ! squeue -h -j "$1" 2>/dev/null | grep -q .; }
until_ 6000 is_over "$merge"
sed 's/^/shard 1: /' "$out/logs/shard-1.log" | tail -n 4
code_of() { scontrol show job "$1" | sed -n 's/.*ExitCode=\([0-9]*\):.*/\1/p'; }
merged=$(code_of "$merge")
cat "$out/logs/merge.log"
[ -f "$out/merged/report.json" ]
# What was sealed before the kill was not played again.
after=$(find "$out/shard-1" -mindepth 2 -maxdepth 2 -name seal.json | wc -l)
[ "$after" -gt "$before" ]
sha256sum --quiet -c "$folder/seals"

whole=0
"$binary" run --no-config --out "$folder/whole" "${run[@]}" >"$folder/whole.txt" 2>&1 || whole=$?
python3 "$(dirname "$here")/same_report.py" "$folder/whole/report.json" "$out/merged/report.json"
[ "$merged" = "$whole" ]

# On a node's own disk: what a shard has is copied back when it is told to end, and the disk is left as it was.
"$binary" submit slurm --no-config --run --shards 1 --name scratch --out "$folder/copied" --scratch "$folder/node" \
  "${run[@]}" >/dev/null
array=$(squeue -h -o '%F %j' | sed -n 's/ scratch$//p')
plays_there() { find "$folder/node" -name seal.json 2>/dev/null | grep -q .; }
until_ 1200 plays_there
scancel --signal=TERM --batch "${array}_1"
until_ 1200 is_over "$array"
find "$folder/copied/shard-1" -mindepth 2 -maxdepth 2 -name seal.json | grep -q .
[ -z "$(ls -A "$folder/node")" ]
echo "a shard on scratch that was told to end left $(find "$folder/copied/shard-1" -name seal.json | wc -l) plays"

echo "slurm.sh: 4 shards, one of them killed and requeued, came to the report of a run in one piece (exit code $whole)"
