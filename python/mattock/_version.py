"""The version of this package, and of the library it needs: they are released together."""

__version__ = "0.1.0"
