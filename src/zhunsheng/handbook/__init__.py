"""手册: what is written for people to read: the reference, written from the declarations and the code, and the pages in docs/.

Not here: the web pages that show it (desk), and anything that is kept in the database.
"""
