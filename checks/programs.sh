# For the checks that drive the real programs, which read it with `.`.

# DIR NAME...: the tests take the programs from DIR; without one (''), the release programs are built and taken.
programs() {
  local from=$1 name build=()
  if [[ -z $from ]]; then
    for name in "${@:2}"; do build+=(--bin "$name"); done
    cargo build --release --quiet "${build[@]}"
    from=${CARGO_TARGET_DIR:-target}/release
  fi
  CHAT_E2E_PROGRAMS=$(cd "$from" && pwd)
  export CHAT_E2E_PROGRAMS
}
