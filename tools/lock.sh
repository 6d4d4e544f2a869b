#!/bin/bash
# Writes requirements/*.txt: exact versions with hashes, one resolution for all sets, for Python 3.11 and newer.
# Every run takes the newest versions that pyproject.toml allows, and notes the day in requirements/renewed. Holds no address of a registry, and neither may the files it writes. It installs nothing.
set -euo pipefail
cd "$(dirname "$0")/.."

uv="${UV:-.venv/bin/uv}"
all="$(mktemp)"
trap 'rm -f "$all"' EXIT

compile() { # compile INPUT OUTPUT [OPTION…]
    "$uv" pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links --output-file "$2" "${@:3}" "$1" >/dev/null
}

compile pyproject.toml "$all" --all-extras
compile pyproject.toml requirements/base.txt --constraint "$all"
for extra in build test bench assets; do
    compile pyproject.toml "requirements/$extra.txt" --extra "$extra" --constraint "$all"
done
echo "uv==$("$uv" --version | cut -d' ' -f2)" | compile - requirements/bootstrap.txt

date +%F > requirements/renewed

if grep -nE 'https?://' requirements/*.txt; then
    echo "依赖锁定文件中不得出现网址。 A lock file names an address; remove it." >&2
    exit 1
fi
