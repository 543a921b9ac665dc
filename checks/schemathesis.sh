#!/usr/bin/env bash
# Cases made from /api/openapi.json, valid and not, against a running server: every answer must be one that the document
# names, in the shape that it says, and none a failure of the server. Needs Python 3.10 or newer.
#
#   checks/schemathesis.sh                          about two minutes; the same cases every time
#   checks/schemathesis.sh --seed 7 -n 1000         other options are schemathesis' own
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
suite=$target/checks/schemathesis

if [[ ! -x $suite/bin/schemathesis ]]; then
  rm -rf "$suite"
  python3 -m venv "$suite"
  "$suite/bin/pip" install -q --disable-pip-version-check schemathesis==4.32.5
fi
cargo build --release --locked --bin chat-server

work=$(mktemp -d "${TMPDIR:-/tmp}/chat-schemathesis.XXXXXX")
server=''
clean_up() {
  [[ ! $server ]] || kill "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT TERM HUP
unset "${!CHAT_@}"

# Without limits on how much: a refusal for being too fast would hide the answer.
limits=requests=off,messages=off,registrations=off,sign-ins=off,rooms-created=off,rooms-per-user=off,sessions-per-user=off
"$target/release/chat-server" --port 0 --data "$work/data" --limit "$limits" >"$work/address" 2>"$work/log" &
server=$!
until [[ -s $work/address ]]; do
  kill -0 "$server" || { cat "$work/log" >&2 && exit 1; }
  sleep 0.1
done
url=$(sed 's/^listening on //' "$work/address")
# NAME: takes it, and prints the token.
take() {
  curl -sS --fail --noproxy '*' "$url/api/users" -H 'Content-Type: application/json' -d "{\"name\":\"$1\"}" |
    sed 's/.*"token":"\([^"]*\)".*/\1/'
}

# TOKEN, OPTIONS: all checks but the one that wants every body of the right shape accepted. What a name or a message may
# be is more than a schema can say.
try() {
  NO_PROXY='*' "$suite/bin/schemathesis" run "$url/api/openapi.json" --header "Authorization: Bearer $1" --no-color \
    --checks all --exclude-checks positive_data_acceptance --phases examples,coverage,fuzzing,stateful --seed 1 \
    --max-examples 100 --generation-database none --continue-on-failure --warnings off "${@:2}"
}
# Signing out is tried by someone else: it would end the session that the others are tried with.
token=$(take tester)
try "$token" --exclude-operation-id end_session "$@"
try "$(take leaver)" --include-operation-id end_session "$@"

curl -sS --fail --noproxy '*' "$url/api/users/me" -H "Authorization: Bearer $token" >"$work/me" ||
  { echo 'the session ended on the way: what came after was tried by nobody' >&2 && exit 1; }
# An answer of 5xx that a client would not see, and a panic, are in the log.
if grep -E ' (ERROR|panicked) ' "$work/log"; then exit 1; fi
