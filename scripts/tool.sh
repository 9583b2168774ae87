#!/usr/bin/env bash
# Prints the path of a tool of tools/go.mod, after building it when needed.
# usage: scripts/tool.sh golangci-lint|templ
#
# The tools are built from source, once for each tools/go.sum and Go version.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

case "${1:-}" in
  golangci-lint) package=github.com/golangci/golangci-lint/v2/cmd/golangci-lint ;;
  templ) package=github.com/a-h/templ/cmd/templ ;;
  *) echo "usage: scripts/tool.sh golangci-lint|templ" >&2; exit 2 ;;
esac

key=$({ go env GOVERSION GOOS GOARCH; cat tools/go.mod tools/go.sum; } | sha256sum | cut -c1-16)
binary=$PWD/.cache/tools/$key/$1
if [ ! -x "$binary" ]; then
  echo "building $1 …" >&2
  mkdir -p "${binary%/*}"
  go build -C tools -trimpath -o "$binary.$$" "$package" >&2
  mv "$binary.$$" "$binary"
fi
echo "$binary"
