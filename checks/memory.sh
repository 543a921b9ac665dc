#!/usr/bin/env bash
# The server's memory, while hostile clients ask for much and read nothing.
#
#   checks/memory.sh [--bin DIR]
#
# 400 connections that ask for pages of large messages and do not read them, 100 sockets that come back to all of them and
# do not read, 40 wrong passwords at once, 500 bodies that never end, 10,050 heads that never end, and all of that again
# right after it: at most 256 MiB. Within a minute the server has hardly more than before, and a later attack needs hardly
# more than the first one.
#
# DIR has a chat-server; without it the release program is built.
set -euo pipefail
cd "$(dirname "$0")/.."
. checks/programs.sh

(($# == 0)) || usage
programs chat-server
export CHAT_NETWORK_FULL=1
# A connection is an open file, here and in the server.
ulimit -n "$(ulimit -H -n)"
cargo test --release --quiet -p chat-e2e --test network -- --nocapture memory::
