#!/usr/bin/env bash
# What `make dist` made, where nothing else is: the programs in an empty root folder, and the archive and the wheel in
# a bare Debian.
#
#   dist.sh DIST TOOLS
#
# DIST has the archive, the wheel and their digests; TOOLS keeps the Debian for the next time. Needs root, for chroot,
# and the network where there is no Debian yet.
set -euo pipefail
dist=$(realpath "$1") tools=$(realpath -m "$2")
here=$(realpath "$(dirname "$0")/..")
[ "$(id -u)" = 0 ] || { echo "dist.sh: needs root, for chroot" >&2; exit 2; }
command -v debootstrap >/dev/null || {
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends debootstrap >/dev/null
}
work=$(mktemp -d)
trap 'rm -rf --one-file-system "$work"' EXIT

(cd "$dist" && sha256sum --quiet --check SHA256SUMS)
archive=("$dist"/wild-*.tar.gz)
name=$(basename "${archive[0]}" .tar.gz)

mkdir "$work/empty"
tar -xzf "${archive[0]}" -C "$work/empty"
for program in wild-mock wild-conformance; do
  chroot "$work/empty" "/$name/bin/$program" --version
done
for file in LICENSE-MIT LICENSE-APACHE THIRD-PARTY-LICENSES.txt README.md CHANGELOG.md \
  share/man/man1/wild-conformance.1 share/man/man1/wild-conformance-run.1 \
  share/bash-completion/completions/wild-conformance; do
  [ -s "$work/empty/$name/$file" ] || { echo "dist.sh: the archive has no $file" >&2; exit 1; }
done

debian=$tools/debian.tar
[ -s "$debian" ] || {
  mkdir -p "$tools"
  debootstrap --variant=minbase --include=python3-venv stable "$work/debian" >"$work/debootstrap.log" ||
    { tail -20 "$work/debootstrap.log" >&2; exit 1; }
  tar -cf "$debian.new" -C "$work/debian" .
  mv "$debian.new" "$debian"
  rm -rf --one-file-system "$work/debian"
}
mkdir "$work/root"
tar -xf "$debian" -C "$work/root"
tar -xzf "${archive[0]}" -C "$work/root/opt"
mkdir -p "$work/root/wheels" "$work/root/src/conformance" "$work/root/src/docs/src"
cp "$dist"/*.whl "$work/root/wheels"
# Pytest is the one thing that the tests need beside the wheel.
python3 -m venv "$work/pip"
"$work/pip/bin/pip" download --quiet --only-binary :all: --dest "$work/root/wheels" pytest
cp -r "$here/python" "$work/root/src/conformance"
cp "$here/../docs/src/python.md" "$work/root/src/docs/src"
cat >"$work/root/play.sh" <<END
set -eu
mount -t proc proc /proc
umount -l /outside
mount -t tmpfs tmpfs /tmp
cd /tmp
/opt/$name/bin/wild-conformance run --case planning-healthy --case abort-docs-503 --out played
/opt/$name/bin/wild-conformance check played
/opt/$name/bin/wild-mock openapi >openapi.json
python3 -m venv venv
venv/bin/pip install --quiet --no-index --find-links /wheels wild-conformance pytest
venv/bin/wild-conformance --version
cd /src/conformance/python
/tmp/venv/bin/python -m pytest -q -p no:cacheprovider
END
# The kernel gives no user namespace, and so no walls, to who sits in a chroot: the folder becomes the root itself.
mkdir "$work/root/outside"
# shellcheck disable=SC2016 # the inner shell expands them
unshare --mount --pid --fork --propagation private /bin/sh -c \
  'mount --bind "$1" "$1" && cd "$1" && pivot_root . outside && exec chroot . /bin/sh /play.sh' sh "$work/root"
