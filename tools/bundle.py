"""Makes an offline bundle in dist/bundle: the product and everything it needs as wheels, their checksums, an installer, the
files of deploy/ and the handbook. For machines of the same kind as this one, without any network.

What is fetched comes by the ordinary pip with the hashes of requirements/base.txt; no address stands in the bundle.
"""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT / "dist/bundle"
BIN = Path(sys.executable).parent
INSTALLER = """#!/bin/sh
# Installs the bundle this file lies in, without a network: sh install.sh [FOLDER], /opt/zhunsheng by default.
# Run again with a newer bundle it updates the same folder; see docs/zh/how-to/run-in-production.md first.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=${1:-/opt/zhunsheng}
python=${PYTHON:-python3}
(cd "$here" && sha256sum --check --quiet --strict SHA256SUMS) || {
    echo "文件与 SHA256SUMS 不符，没有安装。 The files differ from SHA256SUMS; nothing was installed." >&2
    exit 1
}
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "需要 Python 3.11 或更高版本，可用 PYTHON= 指定。 Python 3.11 or newer is needed; PYTHON= may name it." >&2
    exit 1
}
[ -x "$target/bin/python" ] || "$python" -m venv "$target"
install() { "$target/bin/python" -m pip install --quiet --disable-pip-version-check --no-index --find-links "$here/wheels" "$@"; }
install --require-hashes -r "$here/requirements.txt"
# the one that was compared, not whatever was put beside it
ours=$(sed -n 's,^[0-9a-f]*  \\(wheels/zhunsheng-.*\\.whl\\)$,\\1,p' "$here/SHA256SUMS")
install --no-deps --force-reinstall "$here/$ours"
"$target/bin/zhunsheng" --version
"""


def main() -> None:
    shutil.rmtree(BUNDLE, ignore_errors=True)
    wheels = BUNDLE / "wheels"
    wheels.mkdir(parents=True)
    requirements = ROOT / "requirements/base.txt"
    build = [BIN / "uv", "build", "--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([*build, "--out-dir", wheels, ROOT], check=True)
    fetch = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    subprocess.run([*fetch, "--only-binary", ":all:", "--dest", wheels, "-r", requirements], check=True)
    (wheels / ".gitignore").unlink(missing_ok=True)
    shutil.copy(requirements, BUNDLE / "requirements.txt")
    shutil.copytree(ROOT / "deploy", BUNDLE / "deploy")
    for language in ("zh", "en"):
        shutil.copytree(ROOT / "docs" / language, BUNDLE / "docs" / language)
    (BUNDLE / "install.sh").write_text(INSTALLER, encoding="utf-8")
    files = sorted(path for path in BUNDLE.rglob("*") if path.is_file())
    sums = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(BUNDLE)}" for path in files]
    (BUNDLE / "SHA256SUMS").write_text("\n".join(sums) + "\n", encoding="utf-8")
    size = sum(path.stat().st_size for path in files) // 1_000_000
    print(f"{BUNDLE}: {len(files)} files, {size} MB")


if __name__ == "__main__":
    main()
