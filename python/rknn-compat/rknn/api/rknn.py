"""The class that scripts on a PC use to convert ONNX models to `.rknn` files and to try them, on top of Mattock.

Objects are independent of each other. One object is for one thread at a time; several threads use one object each.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, List, Optional, Tuple

import mattock
import numpy as np
import rknnlite
from rknn.api import accuracy, snapshot
from rknn.api.not_there import NotThere
from rknn.api.onnx_model import check_arguments, check_ends, converted, shapes_of
from rknn.api.parameters import Config, check_normalisation, checked
from rknn.api.performance import modelled, performance_text
from rknn.api.platforms import check_target
from rknnlite.api import runtime
from rknnlite.api.arguments import CORE_MASKS, Refused, check_init
from rknnlite.api.inputs import Array, prepared
from rknnlite.api.layer_table import layer_table
from rknnlite.api.log import FilePath, Log

# For a helpful AttributeError.
_ELSEWHERE = {
    "list_support_target_platform": "belongs to rknnlite.api.RKNNLite, the class for the board",
    "export_encrypted_rknn_model": "is not there: models are never encrypted",
}


class RKNN(NotThere):
    """config, load_onnx, build, then export_rknn, or init_runtime and inference; load_rknn replaces the first three.

    Methods that return 0 or -1, or an array list or None, tell the reason of -1 and None as E lines on standard error.
    Others raise, and the exception tells it.
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
        self._config: Optional[Config] = None
        self._model: Optional[runtime.Model] = None
        self._built = False  # also of a model from load_rknn
        self._from_rknn = False
        self._onnx = ""  # absolute, so that a later chdir does not move it
        self._session: Optional[mattock.Session] = None
        self._released = False
        self._log.warning(f"mattock {mattock.__version__} stands in for rknn-toolkit2 "
                          f"(mattock-rknn-compat {rknnlite.__version__}; not Rockchip's)")

    def config(self, mean_values: Any = None, std_values: Any = None, **parameters: Any) -> int:
        """target_platform is needed; the README lists what the others do. Returns 0; ValueError for names that do not
        exist and for values that cannot be taken. The last call before load_onnx counts."""
        self._config = checked(mean_values, std_values, parameters, self._log)
        self._log.info(f"config: for {self._config.platform}")
        return 0

    def load_onnx(self, model: FilePath, inputs: Optional[List[str]] = None, input_size_list: Any = None,
                  input_initial_val: Any = None, outputs: Optional[List[str]] = None) -> int:
        """Reads and converts an .onnx file. Returns 0; ValueError for what is none, for operators that are not covered,
        and for `inputs` and `outputs` that are not the model's own."""
        if self._config is None:
            raise ValueError("load_onnx: call config first, with target_platform")
        check_arguments(inputs, input_size_list, input_initial_val)
        loaded = converted(model, self._config.platform)
        check_ends(loaded, inputs, input_size_list, outputs)
        own = shapes_of(loaded.facts, "inputs")
        check_normalisation(self._config, list(own.values()), self._log)
        self._take(loaded, built=False, from_rknn=False)
        self._onnx = os.path.abspath(loaded.path)
        self._log.info(f"load_onnx: '{loaded.path}' with inputs {', '.join(map(repr, own))}")
        return 0

    def build(self, do_quantization: bool = True, dataset: Optional[FilePath] = None,
              rknn_batch_size: Optional[int] = None, auto_hybrid: bool = False) -> int:
        """A float16 model of what was loaded: 0. Quantisation is not there yet, so do_quantization=True, the default,
        is -1."""
        if self._model is None:
            return self._failed("build", "no model is loaded: call load_onnx first")
        if self._built:
            again = "load_rknn's model is built already" if self._from_rknn else "a second call is not allowed"
            return self._failed("build", f"{again}: call load_onnx to begin anew")
        reason = _refused_build(do_quantization, dataset, rknn_batch_size, auto_hybrid)
        if reason:
            return self._failed("build", reason)
        self._built = True
        facts = self._model.facts
        self._log.info(f"build: {facts['commands']['tasks']} NPU tasks, {len(facts['operators'])} operators")
        return 0

    def export_rknn(self, export_path: FilePath, **unknown: object) -> int:
        """Writes the model, whole or not at all. Returns 0 or -1; ValueError when its folder does not exist. After
        load_rknn it writes the same bytes again."""
        if unknown:
            return self._failed("export_rknn", f"unknown argument {', '.join(sorted(unknown))}: leave it out")
        if self._model is None or not self._built:
            return self._failed("export_rknn", "no model is built: call load_onnx and build first")
        path = str(os.fspath(export_path))
        folder = os.path.dirname(path) or "."
        if not os.path.isdir(folder):
            missing = FileNotFoundError(2, "No such file or directory", folder)
            raise ValueError(f"export_rknn: '{path}': its folder does not exist; make it first") from missing
        try:
            _write(path, self._model.content)
        except OSError as error:
            return self._failed("export_rknn", f"'{path}' cannot be written: {error.strerror}")
        self._log.info(f"export_rknn: '{path}' has {len(self._model.content)} bytes")
        return 0

    def load_rknn(self, path: FilePath) -> int:
        """Reads a model file. Returns 0, or -1 when it is none that runs here."""
        try:
            model = runtime.read_model(path)
        except Refused as refused:
            return self._failed("load_rknn", str(refused))
        self._take(model, built=True, from_rknn=True)
        self._log.info(f"load_rknn: '{model.path}' for {model.target}, made by toolkit {model.facts['compiler']}")
        return 0

    def init_runtime(self, target: Optional[str] = None, device_id: Optional[str] = None, perf_debug: bool = False,
                     eval_mem: bool = False, async_mode: bool = False, core_mask: int = NPU_CORE_AUTO,
                     fallback_prior_device: str = "cpu") -> int:
        """Puts the model on the NPU, or the emulated one where there is none, also one from load_rknn. Returns 0 or -1;
        ValueError for another chip than the model's and for a core_mask, RuntimeError for a board at the end of a
        cable. After a success: 0 at once."""
        if self._model is None or not self._built:
            return self._init_failed("RKNN_ERR_MODEL_INVALID", "no model is built: call build or load_rknn first")
        check_target(target, self._model.target)
        if core_mask != self.NPU_CORE_AUTO:
            raise ValueError(f"init_runtime: core_mask {core_mask!r} is for several cores; the NPU has one: "
                             "leave core_mask out")
        try:
            check_init(core_mask, device_id, async_mode, {})
            if fallback_prior_device != "cpu":
                raise Refused(f"fallback_prior_device {fallback_prior_device!r} is not there; allowed is 'cpu'")
            if self._session is None:
                self._session = runtime.open_session(self._model, self._log)
        except Refused as refused:
            return self._init_failed(refused.code, str(refused))
        except mattock.MattockError as error:
            return self._init_failed(runtime.rknn_code(error), str(error))
        if perf_debug or eval_mem:
            self._log.warning("init_runtime: perf_debug and eval_mem have no effect: there is no board to measure")
        self._log.info(f"init_runtime: target is None, so the model is on {self._session.device}")
        return 0

    def inference(self, inputs: List[Array], data_format: Any = None, inputs_pass_through: Any = None,
                  get_frame_id: bool = False) -> Optional[List[Array]]:
        """Runs the model once. Returns its outputs as float32 arrays in the model's (ONNX) shapes, or None.

        inputs: a list with one array per model input, of any real type. 4-D arrays are NHWC unless `data_format`
            ('nchw' or 'nhwc', or a list with one of them per input) says otherwise; others are as in the model.
        inputs_pass_through: a list with 0 or 1 per input; 1 demands the model's own type.

        Raises RuntimeError after release.
        """
        if self._released:
            raise RuntimeError("inference: this object was released; load a model and call init_runtime to use it")
        if self._session is None or self._model is None:
            self._log.error("inference: nothing runs yet: call init_runtime first")
            return None
        try:
            if get_frame_id:
                raise Refused("get_frame_id is for async_mode, which is not there: leave it out")
            arrays, flags = prepared(self._with_batch(inputs), self._session.inputs, data_format, None,
                                     inputs_pass_through, self._log)
            outputs = runtime.run(self._session, arrays, flags, self._log)
        except (Refused, mattock.MattockError) as error:
            self._log.error(f"inference: {error}")
            return None
        if self._log.verbose:
            self._log.block(layer_table(self._model.facts, self._session.last_report()))
        return outputs

    def eval_perf(self, is_print: bool = True, fix_freq: bool = True) -> str:
        """The time one run would take, by Mattock's cost model: nothing is measured, and the text says so. ValueError
        before init_runtime."""
        if self._session is None or self._model is None:
            raise ValueError("eval_perf: nothing runs yet: call init_runtime first")
        text = performance_text(modelled(self._model.content, self._model.target), self._model.target)
        if is_print:
            print(text)
        return text

    def accuracy_analysis(self, inputs: Any, output_dir: FilePath = "./snapshot", target: Optional[str] = None,
                          device_id: Optional[str] = None) -> int:
        """Runs the built model on the NPU, compares it tensor by tensor with the exact values of the ONNX
        model, prints the table and writes both sides into `output_dir`. Returns 0 or -1; `target` as in init_runtime.

        inputs: a list with one .npy file (or array) per model input, in the ONNX model's shape: rank 4 is NCHW.
        """
        if self._from_rknn:
            return self._failed("accuracy_analysis", "the model is from load_rknn, which has no ONNX to compare with")
        if self._model is None or not self._built:
            return self._failed("accuracy_analysis", "no model is built: call load_onnx and build first")
        check_target(target, self._model.target, "accuracy_analysis")
        if device_id is not None:
            return self._failed("accuracy_analysis", f"device_id {device_id!r} is for a board: leave it out")
        try:
            self._analyse(self._model, inputs, output_dir)
        except (Refused, mattock.MattockError) as error:
            return self._failed("accuracy_analysis", str(error))
        except OSError as error:
            return self._failed("accuracy_analysis", f"output_dir '{os.fspath(output_dir)}' cannot be written: "
                                                     f"{error.strerror}; name a folder that can")
        return 0

    def _analyse(self, model: runtime.Model, inputs: Any, output_dir: object) -> None:
        if not isinstance(output_dir, (str, os.PathLike)):
            raise Refused(f"output_dir is {type(output_dir).__name__}; it must be the name of a folder")
        if mattock.convert(self._onnx, chip=model.target) != model.content:
            raise Refused(f"'{model.path}' is not the model any more that load_onnx read: load and build it again")
        with runtime.open_session(model, self._log) as session:
            arrays = accuracy.arrays_of(inputs, session.inputs, self._log)
            tensors = accuracy.compared(self._onnx, session, model.facts, arrays, self._log)
        table = accuracy.table(tensors)
        snapshot.write(Path(output_dir), tensors, table)
        print(table, end="")
        self._log.info(f"accuracy_analysis: {len(tensors)} tensors, written to '{output_dir}'")

    def get_sdk_version(self) -> str:
        """ValueError: without a board there is no driver that has a version."""
        raise ValueError(f"get_sdk_version: there is no board whose driver could be asked; this is mattock "
                         f"{mattock.__version__} (mattock-rknn-compat {rknnlite.__version__})")

    def list_devices(self) -> Tuple[List[str], List[str]]:
        """Boards at the end of a cable: none, and no adb is started to look for them."""
        self._log.warning("list_devices: no board is looked for; models run here")
        return [], []

    def release(self) -> None:
        """Gives model and device back. May be called twice."""
        self._take(None, built=False, from_rknn=False)
        self._released = True

    def _take(self, model: Optional[runtime.Model], built: bool, from_rknn: bool) -> None:
        """The model before it is forgotten, and init_runtime is needed again."""
        if self._session is not None:
            self._session.close()
        self._session, self._model = None, model
        self._built, self._from_rknn, self._released = built, from_rknn, False

    def _with_batch(self, inputs: Any) -> Any:
        """Images without a batch dimension get one, as arrays of other ranks do."""
        if self._session is None or not isinstance(inputs, list) or len(inputs) != len(self._session.inputs):
            return inputs
        given = list(inputs)
        for index, model in enumerate(self._session.inputs):
            array = given[index]
            if isinstance(array, np.ndarray) and array.ndim == 3 and len(model.shape) == 4 and model.shape[0] == 1:
                self._log.warn_once(f"inputs[{index}] ('{model.name}') has 3 dimensions: taken as a batch of one image")
                given[index] = array[np.newaxis]
        return given

    def _failed(self, method: str, reason: str) -> int:
        self._log.error(f"{method}: {reason}")
        return -1

    def _init_failed(self, code: str, reason: str) -> int:
        return self._failed("init_runtime", f"{code}: {reason}")

    if not TYPE_CHECKING:  # a type checker that saw this would accept every name

        def __getattr__(self, name):
            hint = f"; it {_ELSEWHERE[name]}" if name in _ELSEWHERE else ""
            raise AttributeError(f"'RKNN' object has no attribute '{name}'{hint}")


def _refused_build(do_quantization: object, dataset: object, batch: object, auto_hybrid: object) -> str:
    """Why these arguments cannot be followed; empty when they can."""
    if do_quantization:
        if dataset is None:
            found = "it has no dataset, and "
        elif not isinstance(dataset, (str, os.PathLike)) or not os.path.isfile(dataset):
            found = f"its dataset {str(dataset)!r} is no file, and "
        else:
            found = ""
        return f"do_quantization=True: {found}quantisation is not there yet; pass do_quantization=False"
    if batch is not None and batch != 1:
        return f"rknn_batch_size={batch!r} is not there yet: export the ONNX model with that batch, and leave it out"
    if auto_hybrid:
        return "auto_hybrid=True is about quantisation, which is not there yet: leave it out"
    return ""


def _write(path: str, content: bytes) -> None:
    """Beside the target, then renamed: half a file is never seen."""
    temporary = f"{path}.{os.getpid()}.part"
    try:
        with open(temporary, "wb") as file:
            file.write(content)
        os.replace(temporary, path)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise
