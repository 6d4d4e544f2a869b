"""准绳 Zhunsheng: the platform on which a local government runs 法治政府建设.

Only the version lives here; importing the package must start nothing.
"""

__version__ = "0.1.0"
