#!/usr/bin/env bash
# Writes `digest=...` of all that the program is built from in this checkout: another digest, another program. A tag
# or branch that moves has another one, too, and a commit of the workflow's repository changes nothing.
set -euo pipefail
cd "${1:?usage: digest.sh CHECKOUT}"
sources=(Cargo.toml Cargo.lock conformance fixtures mock-server openapi templates)
digest=$(find "${sources[@]}" -name target -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
echo "digest=${digest%% *}"
