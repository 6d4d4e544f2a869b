"""系统目录: finds, validates and serves the declarations in systems/; lint, schemas for editors, diagrams.

Not here: the meaning of a declaration (kernel) and anything that is kept in the database.
"""
