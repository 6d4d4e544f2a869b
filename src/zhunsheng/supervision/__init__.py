"""督导: plans on their way from the text to the tasks of organs, duties that come again, and the tables over tasks.

Measures, tasks and lists are systems like any other; here is what joins them. No pages (``desk``), no reading of texts (``plans``).
"""
