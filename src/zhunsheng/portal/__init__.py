"""公开: the public's web pages, at ``/public/``, without signing in. They show what was published (a version of a list that
stands, a document, a report) and nothing else of any record; no officer's page and no right of an officer lives here.
"""
