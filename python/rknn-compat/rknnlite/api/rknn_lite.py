"""The class that scripts for RK3566 and RK3568 boards use to run `.rknn` files, on top of Mattock.

Objects are independent of each other. One object is for one thread at a time; several threads use one object each.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Dict, List, Optional

import mattock
import rknnlite
from rknnlite.api import runtime
from rknnlite.api.arguments import CORE_MASKS, INTERCHANGEABLE, Refused, check_init, check_target
from rknnlite.api.inputs import Array, prepared
from rknnlite.api.layer_table import layer_table
from rknnlite.api.log import FilePath, Log

# Methods of the vendor's other class, for a helpful AttributeError.
_OF_RKNN = frozenset((
    "accuracy_analysis", "build", "codegen", "config", "eval_memory", "eval_perf", "export_encrypted_rknn_model",
    "export_rknn", "hybrid_quantization_step1", "hybrid_quantization_step2", "list_devices", "load_caffe",
    "load_darknet", "load_onnx", "load_pytorch", "load_tensorflow", "load_tflite", "optimize_onnx", "reg_custom_op",
))


class RKNNLite:
    """Runs a `.rknn` file: load_rknn, init_runtime, inference (as often as you like), release.

    After release, load_rknn begins anew. Methods that return 0 or -1, or an array list or None, tell the reason of
    -1 and None as E lines on standard error.
    """

    NPU_CORE_AUTO = CORE_MASKS["NPU_CORE_AUTO"]
    NPU_CORE_0 = CORE_MASKS["NPU_CORE_0"]
    NPU_CORE_1 = CORE_MASKS["NPU_CORE_1"]
    NPU_CORE_2 = CORE_MASKS["NPU_CORE_2"]
    NPU_CORE_0_1 = CORE_MASKS["NPU_CORE_0_1"]
    NPU_CORE_0_1_2 = CORE_MASKS["NPU_CORE_0_1_2"]
    NPU_CORE_ALL = CORE_MASKS["NPU_CORE_ALL"]

    def __init__(self, verbose: bool = False, verbose_file: Optional[FilePath] = None) -> None:
        """verbose=True adds I and D lines and, after each inference, a table of layers. `verbose_file` gets the
        same lines, without colours, behind what it has already; OSError when it cannot be written."""
        self._log = Log(verbose, verbose_file)
        self._model: Optional[runtime.Model] = None
        self._session: Optional[mattock.Session] = None
        self._released = False
        self._log.warning(f"mattock {mattock.__version__} stands in for rknn-toolkit-lite2 "
                          f"(mattock-rknn-compat {rknnlite.__version__}; not Rockchip's)")

    def load_rknn(self, path: FilePath) -> int:
        """Reads a model file. Returns 0, or -1 when it is none that runs here. The model before it is forgotten in
        both cases, and init_runtime is needed again."""
        self._forget()
        self._released = False
        try:
            self._model = runtime.read_model(path)
        except Refused as refused:
            self._log.error(f"load_rknn: {refused}")
            return -1
        for text in self._model.facts["warnings"]:
            self._log.warning(f"load_rknn: '{self._model.path}': {text}")
        self._log.info(f"load_rknn: '{self._model.path}' for {self._model.target}, made by toolkit "
                       f"{self._model.facts['compiler']}")
        return 0

    def init_runtime(self, core_mask: int = NPU_CORE_AUTO, target: Optional[str] = None,
                     device_id: Optional[str] = None, async_mode: bool = False, **unknown: object) -> int:
        """Opens the NPU, or the emulated one where there is none, and puts the model on it. Returns 0 or -1;
        ValueError when `target` names a chip that the model was not made for. After a success: 0 at once."""
        try:
            check_init(core_mask, device_id, async_mode, unknown)
            if self._model is None:
                raise Refused("no model is loaded: call load_rknn first", "RKNN_ERR_MODEL_INVALID")
            check_target(target, self._model.target)
            if self._session is None:
                self._session = runtime.open_session(self._model, self._log)
                self._model = replace(self._model, content=b"")
        except Refused as refused:
            return self._init_failed(refused.code, str(refused))
        except mattock.MattockError as error:
            return self._init_failed(runtime.rknn_code(error), str(error))
        self._log.info(f"init_runtime: the model is on {self._session.device}")
        return 0

    def inference(self, inputs: List[Array], data_format: Any = None, data_type: Any = None,
                  inputs_pass_through: Any = None) -> Optional[List[Array]]:
        """Runs the model once. Returns its outputs as float32 arrays in the model's (ONNX) shapes, or None.

        inputs: a list with one array per model input, of any real type. 4-D arrays are NHWC unless `data_format`
            ('nchw' or 'nhwc', or a list with one of them per input) says otherwise; others are as in the model.
        data_type: None, or the arrays' types, which are then compared.
        inputs_pass_through: a list with 0 or 1 per input; 1 demands the model's own type.

        Raises RuntimeError after release.
        """
        if self._released:
            raise RuntimeError("inference: this object was released; call load_rknn and init_runtime to use it again")
        if self._session is None or self._model is None:
            missing = "init_runtime" if self._model else "load_rknn and init_runtime"
            self._log.error(f"inference: nothing runs yet: call {missing} first")
            return None
        try:
            arrays, flags = prepared(inputs, self._session.inputs, data_format, data_type, inputs_pass_through, self._log)
            outputs = runtime.run(self._session, arrays, flags, self._log)
        except (Refused, mattock.MattockError) as error:
            of_inputs = isinstance(error, Refused) or error.code == "bad_input"
            self._log.error(f"Catch exception when {'setting inputs' if of_inputs else 'running the model'}.")
            self._log.error(f"inference: {error}")
            return None
        if self._log.verbose:
            self._log.block(layer_table(self._model.facts, self._session.last_report()))
        return outputs

    def get_sdk_version(self) -> str:
        """Which Mattock answers, and on which device. ValueError before init_runtime."""
        if self._session is None:
            raise ValueError("get_sdk_version: there is no device yet: call load_rknn and init_runtime first")
        rule = "=" * 46
        api = f"{mattock.__version__} (mattock-rknn-compat {rknnlite.__version__})"
        return f"{rule}\nRKNN VERSION:\n  API: {api}\n  DRV: {self._session.device}\n{rule}"

    def list_support_target_platform(self, rknn_model: Optional[FilePath] = None) -> Optional[Dict[str, List[str]]]:
        """Prints and returns the chips that a model file is for and runs on; None without a readable file."""
        if rknn_model is None:
            self._log.warning("list_support_target_platform: no model given: pass rknn_model='file.rknn'")
            return None
        try:
            filled = [runtime.read_model(rknn_model).target]
        except Refused as refused:
            self._log.error(f"list_support_target_platform: {refused}")
            return None
        supported = [name.upper() for name in INTERCHANGEABLE]
        rule = "*" * 66
        print(rule)
        print(f"Target platforms filled in RKNN model:         {filled}")
        print(f"Target platforms supported by this RKNN model: {supported}")
        print(rule)
        return {"support_target_platform": supported, "filled_target_platform": filled}

    def release(self) -> None:
        """Gives model and device back. May be called twice."""
        self._forget()
        self._released = True

    def _forget(self) -> None:
        if self._session is not None:
            self._session.close()
        self._session = None
        self._model = None

    def _init_failed(self, code: str, reason: str) -> int:
        self._log.error("Catch exception when init runtime!")
        self._log.error(f"RKNN init failed. error code: {code}: {reason}")
        return -1

    if not TYPE_CHECKING:  # a type checker that saw this would accept every name

        def __getattr__(self, name):
            hint = f"; {name} belongs to rknn.api.RKNN, the class for the PC" if name in _OF_RKNN else ""
            raise AttributeError(f"'RKNNLite' object has no attribute '{name}'{hint}")
