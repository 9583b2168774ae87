#!/usr/bin/env bash
# Checks everything, part by part, and ends with one line of counts.
# usage: scripts/test.sh [PART…]     without a part: all of them, in the order below
#
# What is missing is installed where that is possible (scripts/install.sh);
# otherwise the part is SKIPPED with the reason. With CI=true a part that was
# skipped because something is missing counts as failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# Parts in one pair of quotes run side by side: crash mostly waits, and fuzz works for a fixed time.
parts=(build format modules generated vet unit postgres race "lint fuzz crash" browser access lighthouse)

# Where goroutines meet; the race detector makes everything else only slower.
race_packages=(./internal/platform/db/... ./internal/platform/job/... ./internal/books/... ./internal/app/apitest/...)

# A part returns 0 (passed), 77 (skipped: something is missing here), 78 (skipped:
# the tree has no such tests) or anything else (failed). Its last line is the reason.
missing() { echo "$*"; return 77; }
nothing() { echo "$*"; return 78; }

# ours PATTERN: the files of this tree with such a name.
ours() {
  find . \( -name .git -o -name .cache -o -name node_modules -o -name testdata -o -path ./tools \) -prune \
    -o -type f -name "$1" -print | cut -c3- | sort
}

part_build() { go build -trimpath -o bin/qiao ./cmd/qiao; }

part_format() {
  local bad
  bad=$(ours '*.go' | grep -v '_templ\.go$' | xargs gofmt -l) || return 1
  if [ -n "$(ours '*.templ')" ]; then
    local templ
    templ=$(scripts/tool.sh templ) && copy_templates formatted || return 1
    "$templ" fmt -log-level error "$work/formatted" || return 1
    bad+=$(differences formatted '*.templ')
  fi
  [ -z "$bad" ] || { echo "$bad"; echo "not formatted; make fmt does it"; return 1; }
}

# go.mod and go.sum name what is imported, no more and no less.
part_modules() { go mod tidy -diff && go mod verify; }

# Makes the generated files again in a copy, and compares.
part_generated() {
  [ -n "$(ours '*.templ')" ] || return 0
  local templ bad
  templ=$(scripts/tool.sh templ) && copy_templates generated || return 1
  (cd "$work/generated" && "$templ" generate -log-level error) || return 1
  bad=$(differences generated '*_templ.go')
  [ -z "$bad" ] || { echo "$bad"; echo "generated files are out of date; make generate renews them"; return 1; }
}

# copy_templates FOLDER: the templates alone, in their places, under the work folder.
copy_templates() { mkdir -p "$work/$1" && (ours '*.templ'; echo go.mod) | tar -c -T - | tar -x -C "$work/$1"; }

# differences FOLDER PATTERN: how the files of the copy differ from those of the tree.
differences() {
  local f
  for f in $( (ours "$2"; cd "$work/$1" && find . -name "$2" | cut -c3-) | sort -u); do
    diff -uN "$f" "$work/$1/$f"
  done
}

part_vet() { go vet ./...; }

part_lint() {
  local lint
  lint=$(scripts/tool.sh golangci-lint) || return 1
  "$lint" run --timeout 10m ./...
}

part_unit() { go test -vet=off -timeout 10m ./...; }

# The packages that keep data, once more with a real PostgreSQL at their side.
part_postgres() {
  scripts/install.sh postgres || return 77
  local packages
  mapfile -t packages < <(users_of internal/platform/dbtest)
  [ "${#packages[@]}" -gt 0 ] || nothing "no package uses internal/platform/dbtest" || return
  scripts/postgres.sh go test -vet=off -count=1 -timeout 10m -skip '/^sqlite$' "${packages[@]}"
}

# users_of FOLDER: the packages whose own files or tests import the folder.
users_of() {
  go list -f '{{.ImportPath}} {{join .Imports " "}} {{join .TestImports " "}} {{join .XTestImports " "}}' ./... |
    grep " [^ ]*/$1\( \|\$\)" | cut -d ' ' -f 1
}

part_race() {
  local packages=() p
  for p in "${race_packages[@]}"; do [ -d "${p%/...}" ] && packages+=("$p"); done
  go test -race -vet=off -timeout 10m "${packages[@]}"
}

part_fuzz() { scripts/fuzz.sh; }

part_crash() {
  [ -d internal/app/crash ] || nothing "there is no internal/app/crash" || return
  local kills=200
  [ "${CI:-}" != true ] || kills=1000
  QIAO_TEST_CRASH=$kills go test -v -vet=off -count=1 -timeout 5m ./internal/app/crash/...
}

part_browser() {
  [ -d internal/app/browser ] || nothing "there is no internal/app/browser" || return
  local chromium
  chromium=$(scripts/install.sh browser) || return 77
  QIAO_TEST_CHROMIUM=$chromium go test -vet=off -count=1 -timeout 5m ./internal/app/browser/...
}

# Pictures of all pages, for looking at; not one of the usual parts.
part_screenshots() {
  local chromium
  chromium=$(scripts/install.sh browser) || return 77
  QIAO_TEST_CHROMIUM=$chromium go test -v -vet=off -count=1 -timeout 60m -run '^TestScreenshots$' ./internal/app/browser
}

# conformance: makes the locked tools of conformance/ ready, and prints the browser.
conformance() {
  local chromium
  scripts/install.sh node >&2 && chromium=$(scripts/install.sh browser) || return 1
  if [ ! -f conformance/node_modules/.package-lock.json ] ||
    [ conformance/package-lock.json -nt conformance/node_modules/.package-lock.json ]; then
    npm --prefix conformance ci --ignore-scripts --no-audit --no-fund >&2 || return 1
  fi
  echo "$chromium"
}

# Every page, on a phone and a desk, light and dark, in every language: axe
# (WCAG 2.2 AA) and html-validate find nothing.
part_access() {
  local chromium
  chromium=$(conformance) || missing "no Node.js, browser or npm packages" || return
  QIAO_TEST_CHROMIUM=$chromium QIAO_TEST_CONFORMANCE=$PWD/conformance \
    go test -vet=off -count=1 -timeout 9m -run '^TestAccess' ./internal/app/browser
}

# Lighthouse gives each page that most people open at least 95 in everything.
part_lighthouse() {
  local chromium
  chromium=$(conformance) || missing "no Node.js, browser or npm packages" || return
  QIAO_TEST_CHROMIUM=$chromium QIAO_TEST_CONFORMANCE=$PWD/conformance \
    go test -v -vet=off -count=1 -timeout 9m -run '^TestLighthouse' ./internal/app/browser
}

# start PART: does it, and writes down how it ended and how long it took.
start() {
  local began=$SECONDS status
  ("part_$1") >"$work/$1.log" 2>&1 </dev/null
  status=$?
  echo "$status $((SECONDS - began))" >"$work/$1.end"
}

# run PART…: does them side by side.
run() {
  local part
  for part in "$@"; do start "$part" & done
  wait
  for part in "$@"; do report "$part"; done
}

# report PART: prints one line, and the end of the output where the part failed.
report() {
  local log=$work/$1.log status took word why=''
  read -r status took <"$work/$1.end"
  case $status in
    0) word=PASS passed=$((passed + 1)) ;;
    77 | 78)
      word=SKIPPED why=": $(tail -n 1 "$log")"
      if [ "$status" -eq 77 ] && [ "${CI:-}" = true ]; then
        word=FAIL why+=' (nothing may be skipped for that reason with CI=true)' failed=$((failed + 1))
      else
        skipped=$((skipped + 1))
      fi
      ;;
    *) word=FAIL failed=$((failed + 1)) ;;
  esac
  line=$(printf '%-7s %4d s  %s%s' "$word" "$took" "$1" "$why")
  summary+="$line"$'\n'
  echo "$line"
  if [ "$word" = FAIL ]; then
    grep -nE '^\s*--- FAIL|^FAIL|panic:|DATA RACE' "$log" | head -n 20 | sed 's/^/    /'
    tail -n 60 "$log" | sed 's/^/  | /'
    echo "  everything it said: $log"
  fi
}

if [ $# -gt 0 ]; then
  for part in "$@"; do
    declare -F "part_$part" >/dev/null || { echo "no part called $part; there are: ${parts[*]}" >&2; exit 2; }
  done
  parts=("$@")
fi
passed=0 failed=0 skipped=0 summary=''
work=$(mktemp -d "${TMPDIR:-/tmp}/qiao-test.XXXXXX")
trap '[ "$failed" -gt 0 ] || rm -rf "$work"' EXIT
for group in "${parts[@]}"; do
  # shellcheck disable=SC2086 # a group is several words
  run $group
done
if [ "${#parts[@]}" -gt 1 ]; then
  printf '\n%sin %d s on %d processors\n' "$summary" "$SECONDS" "$(nproc)"
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
