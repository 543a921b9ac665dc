# For the checks that drive the real programs, which read it with `.`: takes `--bin DIR` out of their options.

bin='' others=()
while (($#)); do
  case $1 in
    --bin) bin=${2:?--bin wants a folder} && shift 2 ;;
    *) others+=("$1") && shift ;;
  esac
done
set -- "${others[@]}"
unset others

# Prints what the check says of itself in its first lines, and ends it.
usage() {
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

# NAME...: the tests take these programs from the folder of --bin; without it, the release programs are built and taken.
programs() {
  local from=$bin name build=()
  if [[ -z $from ]]; then
    for name in "$@"; do build+=(--bin "$name"); done
    cargo build --release --quiet "${build[@]}"
    from=${CARGO_TARGET_DIR:-target}/release
  fi
  CHAT_E2E_PROGRAMS=$(cd "$from" && pwd)
  export CHAT_E2E_PROGRAMS
}
