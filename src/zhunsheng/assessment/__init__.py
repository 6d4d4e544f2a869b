"""报送、整改、考核: what is asked of organs and how it is judged: returns raised and put together, problems counted, points worked out.

Keeps no table of its own: everything is a case, an entry of a list or a figure. Knows nothing of pages.
"""
