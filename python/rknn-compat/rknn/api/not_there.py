"""Methods that scripts may call and that do nothing here but say so: -1 and one E line with the way out."""

from __future__ import annotations

from typing import Any

from rknnlite.api.log import Log

_TO_ONNX = "only ONNX models are loaded: export it from the framework and call load_onnx"
_QUANTISATION = "quantisation is not there yet: call build(do_quantization=False)"


class NotThere:
    """The part of RKNN that is refused by name."""

    _log: Log

    def load_pytorch(self, *arguments: Any, **named: Any) -> int:
        """Refused: -1."""
        return self._refuse("load_pytorch", _TO_ONNX)

    def load_tflite(self, *arguments: Any, **named: Any) -> int:
        """Refused: -1."""
        return self._refuse("load_tflite", _TO_ONNX)

    def load_tensorflow(self, *arguments: Any, **named: Any) -> int:
        """Refused: -1."""
        return self._refuse("load_tensorflow", _TO_ONNX)

    def load_caffe(self, *arguments: Any, **named: Any) -> int:
        """Refused: -1."""
        return self._refuse("load_caffe", _TO_ONNX)

    def load_darknet(self, *arguments: Any, **named: Any) -> int:
        """Refused: -1."""
        return self._refuse("load_darknet", _TO_ONNX)

    def hybrid_quantization_step1(self, *arguments: Any, **named: Any) -> int:
        """Refused: -1."""
        return self._refuse("hybrid_quantization_step1", _QUANTISATION)

    def hybrid_quantization_step2(self, *arguments: Any, **named: Any) -> int:
        """Refused: -1."""
        return self._refuse("hybrid_quantization_step2", _QUANTISATION)

    def reg_custom_op(self, *arguments: Any, **named: Any) -> int:
        """Refused: -1."""
        return self._refuse("reg_custom_op", "custom operators are not there: write it with the operators of ONNX that "
                                             "`mattock check --operators` lists")

    def codegen(self, *arguments: Any, **named: Any) -> int:
        """Refused: -1."""
        return self._refuse("codegen", "no programs for the vendor's C interface are written: use rknnlite.api")

    def optimize_onnx(self, *arguments: Any, **named: Any) -> int:
        """Refused: -1."""
        return self._refuse("optimize_onnx", "the ONNX file is taken as it is: leave the call out")

    def eval_memory(self, is_print: bool = True) -> Any:
        """Refused: ValueError, as always without a board."""
        raise ValueError("eval_memory: there is no board to ask, and the NPU has no memory of its own; "
                         "`mattock inspect` tells what a model needs")

    def clear_op_cache(self) -> None:
        """Nothing is cached."""

    def _refuse(self, method: str, reason: str) -> int:
        self._log.error(f"{method}: {reason}")
        return -1
