"""`from rknnlite.api import RKNNLite`: the class that board scripts use, on top of Mattock."""

from rknnlite.api.rknn_lite import RKNNLite

__all__ = ["RKNNLite"]
