"""``python -m zhunsheng``: the command `zhunsheng` where only Python is at hand. Nothing else lives here."""

from zhunsheng.cli import main

main()
