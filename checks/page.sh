#!/usr/bin/env bash
# The page's bars, on the release server in a real browser. Prints what was measured beside its bar, and fails where one is
# missed.
#
#   checks/page.sh [--bin DIR] [types] [line] [flood] [axe] [lighthouse]
#
# types       what the modules say of their types in comments holds (TypeScript, which builds nothing here)
# line        a first visit over 1.6 Mbit/s (a proxy), the processor 4x slower: first message within 1 s, with a round trip
#             of 150 ms within 2.5 s; under 120 KB and at most 25 requests before it
# flood       1,000 messages in 2 s, the processor 4x slower: no task over 100 ms of the processor's time, none lost
# axe         nothing found in any view: light and dark, desktop, phone and 320 px wide
# lighthouse  mobile and desktop, each category 95 or more
#
# Ten minutes. Needs chromium, node 20 and npm, whose packages it installs into checks/page; a quiet machine for the first
# two and the last. DIR has a chat-server; without it the release program is built.
set -euo pipefail
cd "$(dirname "$0")/.."
. checks/programs.sh

checks=()
while (($#)); do
  case $1 in
    types | line | flood | axe | lighthouse) checks+=("$1") && shift ;;
    *) usage ;;
  esac
done
programs chat-server
cd checks/page
[[ node_modules/.package-lock.json -nt package-lock.json ]] || npm ci --ignore-scripts --no-audit --no-fund
CHAT_SERVER=$CHAT_E2E_PROGRAMS/chat-server exec node run.mjs "${checks[@]}"
