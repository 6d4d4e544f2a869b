"""图集 (gallery): one of every kind of page, opened in a browser, for pictures and for the tests that look at every page.

The product imports nothing of this. ``kinds`` says which pages there are, ``scene`` makes the records they show,
``browser`` opens them, ``pictures`` keeps what was seen. ``python -m gallery`` does it on the demonstration.
"""
