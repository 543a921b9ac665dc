#!/usr/bin/env bash
# Bad networks, attackers, and one who does not read, at full length against the release programs.
#
#   checks/network.sh [faults|attack|slow-reader] [--bin DIR]
#
# faults       10,000 messages through each: latency, one byte at a time, cuts, resets, three kinds of half-open lines.
#              All logs are equal in the end; half-open lines are given up within 45 s. About twenty
#              minutes, most of them for the single bytes.
# attack       500 connections that never finish their headers, 500 that never say Hello, one account at full speed: a user
#              is acknowledged within 200 ms throughout. 40 s on a quiet machine.
# slow-reader  one of 51 readers stops for 20,000 messages: memory grows by less than 16 MiB, the others' p99 within 20 %,
#              the one who stopped gets everything. Four minutes on a quiet machine.
#
# All of them unless told otherwise. DIR has a chat-server and a chat-tui; without it the release programs are built.
set -euo pipefail
cd "$(dirname "$0")/.."
. checks/programs.sh

parts=()
while (($#)); do
  case $1 in
    faults) parts+=(faults:: scripts::) && shift ;;
    attack) parts+=(attack::) && shift ;;
    slow-reader) parts+=(slow_reader::) && shift ;;
    *) usage ;;
  esac
done
((${#parts[@]})) || parts=(faults:: scripts:: attack:: slow_reader::)
programs chat-server chat-tui
export CHAT_NETWORK_FULL=1
# A connection is an open file, here and in the server.
ulimit -n "$(ulimit -H -n)"
for part in "${parts[@]}"; do
  # What measures is alone; the others mostly wait.
  threads=1 && [[ $part != faults:: ]] || threads=3
  cargo test --release --quiet -p chat-e2e --test network -- --nocapture --test-threads="$threads" "$part"
done
