#!/usr/bin/env bash
# Tries every fuzz target of the tree for a while.
# usage: FUZZTIME=60s scripts/fuzz.sh
#
# Without FUZZTIME the targets share about 90 seconds, three at most for each.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
work=$(mktemp -d "${TMPDIR:-/tmp}/qiao-fuzz.XXXXXX")
trap 'rm -rf "$work"' EXIT

# One binary for each package that has targets; the binary lists them itself.
targets=()
while read -r folder; do
  binary=$work/${folder//\//_}.test
  go test -c -vet=off -fuzz=Fuzz -o "$binary" "./$folder"
  while read -r target; do
    targets+=("$folder $binary $target")
  done < <(cd "$folder" && "$binary" -test.list '^Fuzz' | sed -n '/^Fuzz/p')
done < <(grep -rl --include='*_test.go' '^func Fuzz' internal | xargs -r -n1 dirname | sort -u)

if [ "${#targets[@]}" -eq 0 ]; then
  echo "no fuzz target found" >&2
  exit 1
fi
each=$((90 / ${#targets[@]}))
if [ "$each" -gt 3 ]; then each=3; elif [ "$each" -lt 1 ]; then each=1; fi

failed=0
for line in "${targets[@]}"; do
  read -r folder binary target <<<"$line"
  echo "== $folder $target, ${FUZZTIME:-${each}s}"
  (cd "$root/$folder" && "$binary" -test.run='^$' -test.fuzz="^$target\$" \
    -test.fuzztime="${FUZZTIME:-${each}s}" -test.fuzzcachedir="$work/corpus" -test.timeout=0) || failed=1
done
exit "$failed"
