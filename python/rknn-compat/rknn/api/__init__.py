"""`from rknn.api import RKNN`: the class that scripts on a PC convert models with, on top of Mattock."""

from rknn.api.rknn import RKNN

__all__ = ["RKNN"]
