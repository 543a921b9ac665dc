#!/usr/bin/env bash
# The files of a release for the machine that this runs on: a tar of both programs, and two Debian packages.
#
#   checks/package.sh FOLDER            makes them there
#   checks/package.sh FOLDER --install  installs the packages as well, tries them and removes them (Debian, as root)
#
# Needs cargo-deb (cargo install cargo-deb).
set -euo pipefail
cd "$(dirname "$0")/.."
[[ ${1:-} && (! ${2:-} || ${2:-} == --install) ]] || { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2 && exit 2; }
mkdir -p "$1"
out=$(cd "$1" && pwd)
fail() { echo "FAILED: $*" >&2 && exit 1; }

command -v cargo-deb >/dev/null || cargo install --locked cargo-deb
cargo build --profile dist --locked --bin chat-server --bin chat-tui
built=${CARGO_TARGET_DIR:-target}/dist
version=$(sed -n 's/^version = "\(.*\)"$/\1/p' Cargo.toml | head -n 1)
host=$(rustc -vV | sed -n 's/^host: //p')

name=chat-$version-$host
staging=$(mktemp -d)
trap 'rm -rf "$staging"' EXIT
mkdir "$staging/$name"
cp "$built/chat-server" "$built/chat-tui" README.md CHANGELOG.md LICENSE deploy/chat-server.service "$staging/$name/"
tar -C "$staging" --owner=0 --group=0 -czf "$out/$name.tar.gz" "$name"

for package in chat-server chat-tui; do
  cargo deb --no-build --profile dist --locked -p "$package" --output "$out/"
done
ls -l "$out"

[[ ${2:-} == --install ]] || exit 0
apt-get install -q -y --no-install-recommends "$out"/*.deb
[[ $(chat-server --version) == "chat-server $version" ]] || fail 'chat-server does not start'
[[ $(chat-tui --version) == "chat-tui $version" ]] || fail 'chat-tui does not start'
[[ -f /lib/systemd/system/chat-server.service ]] || fail 'the unit is missing'
id chat >/dev/null || fail 'the user is missing'
apt-get purge -q -y chat-server chat-tui
command -v chat-server >/dev/null && fail 'the package leaves its program behind'
echo 'installed, tried and removed'
