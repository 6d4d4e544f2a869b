"""Changes of the tables of the desk, in order. Made by makemigrations, never edited afterwards."""
