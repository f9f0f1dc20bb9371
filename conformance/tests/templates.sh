#!/usr/bin/env bash
# What `submit` and `init` write, and the templates of this repository, before validators of those who read them:
# programs that check shell scripts, Kubernetes' own schemas, and those of GitHub and GitLab.
set -euo pipefail
usage='usage: templates.sh PATH/TO/wild-conformance FOLDER_WITH_THE_VALIDATORS'
binary=$(realpath "${1:?$usage}")
tools=$(realpath "${2:?$usage}")
cd "$(dirname "$0")/../.."
root=$PWD
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

mkdir "$folder/it's a folder"
cd "$folder/it's a folder"
odd=(-- my-agent "it's" "\$(id)" '' $'a\nb' '{prompt}')
slurm=("$binary" submit slurm --no-config --suite smoke)
"${slurm[@]}" --out-dir "$folder/slurm" --time 01:00:00 --cpus 2 --requeue --gres gpu:1 "${odd[@]}" >/dev/null
"${slurm[@]}" --out-dir "$folder/scratch" --scratch "\$SLURM_TMPDIR/a b" --image 'an agent.sif' --image-arg=--nv \
  --setup 'module load apptainer' --setup '# a comment' "${odd[@]}" >/dev/null
"${slurm[@]}" "${odd[@]}" >"$folder/slurm.sh"
# That nothing is expanded in single quotes is what they are for.
"$tools/shellcheck" -e SC2016 "$folder/slurm.sh" "$folder"/slurm/* "$folder"/scratch/*
for shell in bash sh; do
  "$shell" -n "$folder/slurm.sh"
done

# Scripts that take the place of others are told, and one submits to a folder once.
told=$("${slurm[@]}" --out-dir "$folder/slurm" "${odd[@]}")
[ "$(grep -c '^replaced ' <<<"$told")" = 3 ]
mkdir "$folder/bin"
printf '#!/bin/sh\ncat >/dev/null\necho 41\n' >"$folder/bin/sbatch"
chmod +x "$folder/bin/sbatch"
for shell in bash sh; do
  PATH=$folder/bin:$PATH "$shell" "$folder/slurm/submit.sh" >/dev/null
  code=0
  told=$(PATH=$folder/bin:$PATH "$shell" "$folder/slurm/submit.sh" 2>&1) || code=$?
  [ "$code" = 2 ]
  grep -q 'jobs 41 41 were submitted to ' <<<"$told"
  code=0
  PATH=$folder/bin:$PATH "${slurm[@]}" --run "${odd[@]}" >/dev/null 2>"$folder/told" || code=$?
  [ "$code" = 2 ]
  grep -q 'jobs 41 41 were submitted there on ' "$folder/told"
  rm wild-evidence/submitted
done

kubernetes=("$binary" submit kubernetes --no-config --image registry.example.com/agent:1)
"${kubernetes[@]}" --suite smoke --time 600 --limit nvidia.com/gpu=1 --secret keys --service-account me \
  --namespace lab --storage-class fast "${odd[@]}" >"$folder/walls.yaml" 2>/dev/null
"${kubernetes[@]}" --restricted --claim data "${odd[@]}" >"$folder/restricted.yaml" 2>/dev/null
for file in walls restricted; do
  "$tools/kubernetes-validate" --strict --quiet -k 1.33 "$folder/$file.yaml"
done
"$tools/shellcheck" -s sh "$root"/conformance/src/cli/submit/{shard,merge}.sh
# What can never be applied is refused.
refused() {
  code=0
  "${kubernetes[@]}" "$@" >/dev/null 2>"$folder/told" || code=$?
  [ "$code" = 2 ] && grep -q 'invalid value' "$folder/told"
}
refused --cpus two
refused --mem 8g
refused --mem 512m
refused --storage 10GB
refused --limit nvidia.com/gpu=half
refused --limit gpu=1
refused --secret my_keys
refused --namespace Lab

"$binary" init "$folder/new" >/dev/null
"$tools/check-jsonschema" --quiet --builtin-schema vendor.github-workflows "$folder"/new/.github/workflows/*.yml
"$tools/check-jsonschema" --quiet --builtin-schema vendor.github-actions "$root"/.github/actions/*/action.yml
"$tools/check-jsonschema" --quiet --builtin-schema vendor.gitlab-ci "$root"/templates/*.gitlab-ci.yml
# The workflow of the documentation is what people copy.
"$tools/python" - "$root/docs/src/ci.md" "$folder" <<'PYTHON'
import pathlib
import re
import sys

page, folder = map(pathlib.Path, sys.argv[1:])
blocks = re.findall(r"^```yaml\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
kinds = {"workflow": [block for block in blocks if "runs-on:" in block], "gitlab": [block for block in blocks if "include:" in block]}
assert all(kinds.values()), f"{page} shows no workflow or no include"
for kind, blocks in kinds.items():
    for number, block in enumerate(blocks):
        (folder / f"{kind}-{number}.yml").write_text(block)
PYTHON
"$tools/check-jsonschema" --quiet --builtin-schema vendor.github-workflows "$folder"/workflow-*.yml
"$tools/check-jsonschema" --quiet --builtin-schema vendor.gitlab-ci "$folder"/gitlab-*.yml
"$tools/shellcheck" "$root"/.github/actions/*/*.sh "$root"/conformance/tests/*.sh

# A program that is cached is another one once anything that it is built from is.
digest() { "$root"/.github/actions/wild-conformance/digest.sh "$folder/source"; }
mkdir "$folder/source" "$folder/source/"{conformance,fixtures,mock-server,openapi,templates}
touch "$folder/source/Cargo.toml" "$folder/source/Cargo.lock" "$folder/source/conformance/a b"
before=$(digest)
mkdir "$folder/source/conformance/target"
touch "$folder/source/conformance/target/built" "$folder/source/of-the-user"
[ "$(digest)" = "$before" ]
for file in Cargo.lock "conformance/a b"; do
  echo changed >>"$folder/source/$file"
  [ "$(digest)" != "$before" ]
  before=$(digest)
done
echo "templates: all are valid"
