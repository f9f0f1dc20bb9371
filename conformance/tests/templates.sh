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
  "${odd[@]}" >/dev/null
"${slurm[@]}" "${odd[@]}" >"$folder/slurm.sh"
# That nothing is expanded in single quotes is what they are for.
"$tools/shellcheck" -e SC2016 "$folder/slurm.sh" "$folder"/slurm/* "$folder"/scratch/*
for shell in bash sh; do
  "$shell" -n "$folder/slurm.sh"
done

kubernetes=("$binary" submit kubernetes --no-config --image registry.example.com/agent:1)
"${kubernetes[@]}" --suite smoke --time 600 --limit nvidia.com/gpu=1 --secret keys --service-account me \
  --namespace lab --storage-class fast "${odd[@]}" >"$folder/walls.yaml" 2>/dev/null
"${kubernetes[@]}" --restricted --claim data "${odd[@]}" >"$folder/restricted.yaml" 2>/dev/null
for file in walls restricted; do
  "$tools/kubernetes-validate" --strict --quiet -k 1.33 "$folder/$file.yaml"
done
"$tools/shellcheck" -s sh "$root"/conformance/src/cli/submit/*.sh

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
