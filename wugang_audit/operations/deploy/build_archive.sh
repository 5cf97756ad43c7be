#!/usr/bin/env bash
# build_archive.sh [FOLDER]: on a Debian 12 with a network, make the one file from which install.sh sets up a site without one: the
# code of the commit that is checked out, every wheel, and the Debian packages that a bare Debian 12 lacks, each with its SHA-256.
set -euo pipefail
cd "$(dirname "$0")/../../.."
out=$(realpath -m "${1:-dist}")
version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)+$(git rev-parse --short=8 HEAD)
name=wugang-audit-$version
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out" "$work/$name"/{code,wheels,debs}

git archive HEAD -- ':!tests' ':!.ci' | tar x -C "$work/$name/code"
echo "$version" > "$work/$name/VERSION"
cp wugang_audit/operations/deploy/{install,uninstall}.sh "$work/$name/"

python3 -m venv "$work/venv"
"$work/venv/bin/pip" wheel -q -w "$work/$name/wheels" "$work/$name/code" setuptools wheel
rm -rf "$work/$name/code/build" "$work/$name/code"/*.egg-info

# What a Debian 12 lacks that holds nothing but its base: apt works that out against an empty list of installed packages.
mkdir -p "$work/apt/partial"
: > "$work/status"
apt-get -q -y -o Dir::State::status="$work/status" -o Dir::Cache::archives="$work/apt" -o APT::Sandbox::User=root \
  --no-install-recommends --download-only install \
  python3 python3-venv nginx-light openssl logrotate ca-certificates systemd-timesyncd postgresql-15 > "$work/apt.log"
cp "$work"/apt/*.deb "$work/$name/debs/"

(cd "$work/$name" && find . -type f ! -name SHA256SUMS -print0 | sort -z | xargs -0 sha256sum > SHA256SUMS)
tar -C "$work" --sort=name --owner=0 --group=0 -czf "$out/$name.tar.gz" "$name"
(cd "$out" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256")
echo "$out/$name.tar.gz"
