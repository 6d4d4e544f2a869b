"""The history of this room's tables, written by `zhunsheng manage makemigrations`."""
