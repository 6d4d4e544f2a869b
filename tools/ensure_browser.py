"""Sees to it that the browser tests find Chromium and a Chinese font, and says which. Setup only; standard library only.

Uses the Chromium of ZHUNSHENG_CHROMIUM; otherwise Chromium's headless shell, which shows the same pages for a quarter less of the
processor; otherwise the Chromium of the search path. What is missing it installs from Debian's packages when run by root; otherwise
it says what to install and ends with 1.
"""

import os
import shutil
import subprocess
import sys

HEADLESS = "chromium-headless-shell"


def browser() -> str | None:
    """The program of the browser: a path, or None where there is none."""
    return os.environ.get("ZHUNSHENG_CHROMIUM") or next(
        filter(None, map(shutil.which, (HEADLESS, "chromium", "chromium-browser"))), None
    )


def missing() -> list[str]:
    """The Debian packages that stand for what this machine lacks."""
    lacking = [] if browser() else ["chromium"]
    fonts = shutil.which("fc-list")
    # Without a Chinese font the pages show boxes, and a picture of them proves nothing.
    if not fonts or not subprocess.run([fonts, ":lang=zh-cn"], capture_output=True, check=False).stdout.strip():
        lacking.append("fonts-noto-cjk")
    return lacking


def install(packages: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = ["--yes", "--quiet", "--no-install-recommends"]
    for command in (["apt-get", "update", "--quiet"], ["apt-get", "install", *options, *packages, "fontconfig"]):
        subprocess.run(command, env=environment, stdout=sys.stderr, check=False)


def main() -> int:
    chosen = os.environ.get("ZHUNSHENG_CHROMIUM")
    if chosen and not os.access(chosen, os.X_OK):
        print(
            f"ZHUNSHENG_CHROMIUM={chosen} 不是可以运行的程序。 ZHUNSHENG_CHROMIUM={chosen} is no program that can run.",
            file=sys.stderr,
        )
        return 1
    if os.geteuid() == 0 and shutil.which("apt-get"):
        if not (chosen or shutil.which(HEADLESS)):
            install([HEADLESS])  # not every system has it, nor a network
        if lacking := missing():
            install(lacking)
    lacking = missing()
    if lacking:
        names = " ".join(lacking)
        print(
            f"浏览器测试缺少：{names}。请由系统管理员安装（Debian、Ubuntu：apt-get install {names}），"
            "或用环境变量 ZHUNSHENG_CHROMIUM 指定 Chromium 程序的位置。\n"
            f"The browser tests need: {names}. Have the administrator install them (Debian, Ubuntu: "
            f"apt-get install {names}), or name the Chromium program in ZHUNSHENG_CHROMIUM.",
            file=sys.stderr,
        )
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
