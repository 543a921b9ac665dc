#!/usr/bin/env bash
# How fast, quiet and small the terminal client is in a terminal of 140x40, with 50,000 messages in its cache: 250 rooms
# with the 200 newest of each. Prints what was measured beside its bar, and fails where one is missed.
#
#   checks/terminal-bench.sh [--bin DIR]
#
# start     to the first painted room, with and without a server: 50 ms (median of 21)
# keys      to the finished frame, p99: 5 ms
# idle      context switches in four windows of 5 s, with and without a server
# burst     5,000 messages in one second: 60 frames
# memory    40 MiB, always
#
# Two minutes. DIR has a chat-server and a chat-tui; without it the release programs are built. Needs Linux and a quiet machine.
set -euo pipefail
cd "$(dirname "$0")/.."
. checks/programs.sh

(($# == 0)) || usage
programs chat-server chat-tui
exec cargo test --release --quiet -p chat-e2e --test terminal_bench -- --nocapture --ignored
