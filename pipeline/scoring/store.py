"""Models as bytes that can't run code when they are loaded.

A stored model is a ZIP archive of one JSON text and the plain bytes of arrays. The text holds
nothing but numbers, words and the names of the few types below, which are rebuilt from exactly
the fields that they have; whatever else it says is refused.
"""

import hashlib
import io
import json
import math
import struct
import types
import zipfile
import zlib
from collections.abc import Callable, Sequence
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

from pipeline.scoring import trees
from pipeline.scoring.calibration import Calibration
from pipeline.scoring.customer_base import CustomerBase
from pipeline.scoring.inputs import Feature
from pipeline.scoring.machines import Blend, Linear, Neighbours, VectorMachine
from pipeline.scoring.membership import Centres, Mixture, Segmentation
from pipeline.scoring.plain import Numbers, Plain, Predictor, Preparation, Words, plain
from pipeline.scoring.reference import Reference
from pipeline.scoring.served import Served
from pipeline.scoring.stored import Stored
from pipeline.scoring.trees import Trees

FORMAT = "clientele-1"
"""Name and version of the format."""
SEGMENTATION, MODEL = "segmentation", "model."
"""The segmentation's name, and how the names of models begin that tasks follow."""
MOST_BYTES = 256 * 2**20
TEXT = "model.json"
TYPES: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        Served, Feature, Calibration, Reference, Plain, Preparation, Numbers, Words, Linear,
        Trees, VectorMachine, Neighbours, Blend, CustomerBase, Segmentation, Centres, Mixture,
    )
}  # fmt: skip
ARRAYS = frozenset({"<f8", "<f4", "<i8", "<i4", "<i2"})
LEVEL = 1
"""Of compression: the quickest."""


class ModelUnusable(Exception):
    """A stored model that can't be used; `str()` is one sentence."""


class ModelDamaged(ModelUnusable):
    """The bytes of a model are not those that were stored."""


class ModelForeign(ModelUnusable):
    """A model of another version, or with something in it that no model has."""


def pack_served(served: Served) -> Stored:
    """Write the model of a task, with its reference, as `model.` and the task."""
    if served.reference is None:
        raise ValueError("a model is stored with its reference: see reference.reference")
    return pack(f"{MODEL}{served.task}", served._replace(pipeline=plain(served.pipeline)))


def unpack_served(stored: Stored) -> Served:
    """Load the model of a task."""
    served = unpack(stored)
    if not isinstance(served, Served):
        raise ModelForeign(_foreign(stored.name, "it is no model of a task"))
    return served


def pack_segmentation(segmentation: Segmentation) -> Stored:
    """Write a segmentation."""
    return pack(SEGMENTATION, segmentation)


def unpack_segmentation(stored: Stored) -> Segmentation:
    """Load a segmentation."""
    segmentation = unpack(stored)
    if not isinstance(segmentation, Segmentation):
        raise ModelForeign(_foreign(stored.name, "it is no segmentation"))
    return segmentation


def pack(name: str, model: Served | Segmentation) -> Stored:
    """Write a model of plain numbers, with its checksum; equal models give equal bytes."""
    arrays: list[np.ndarray] = []
    text = json.dumps({"format": FORMAT, "model": _told(model, arrays)}, ensure_ascii=False)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        archive.writestr(_entry(TEXT), text.encode())
        for place, array in enumerate(arrays):
            archive.writestr(_entry(str(place)), array.tobytes())
    content = out.getvalue()
    return Stored(name, FORMAT, hashlib.sha256(content).hexdigest(), content)


def unpack(stored: Stored) -> Served | Segmentation:
    """Load a model after checking its bytes.

    Raises `ModelDamaged` where they are not those that were stored, `ModelForeign` where they
    are of another version or hold anything but a model's numbers and words.
    """
    if hashlib.sha256(stored.content).hexdigest() != stored.sha256:
        raise ModelDamaged(
            f"The stored model “{stored.name}” is damaged; refresh the data set."
        )
    if stored.format != FORMAT:
        raise ModelForeign(
            _foreign(
                stored.name, f"its format is {stored.format}, and this version reads {FORMAT}"
            )
        )
    try:
        model = _read(stored.content)
    except (
        ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError,
        zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError,
    ) as error:  # fmt: skip
        raise ModelForeign(_foreign(stored.name, str(error))) from error
    return model


def _foreign(name: str, why: str) -> str:
    return f"The stored model “{name}” can't be used ({why}); refresh the data set."


def _entry(name: str) -> zipfile.ZipInfo:
    """Name an entry of the archive, without the time of writing."""
    entry = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _told(value: Any, arrays: list[np.ndarray]) -> Any:
    """Tell a value as JSON has it; arrays are put aside."""
    if isinstance(value, np.ndarray):
        array = np.ascontiguousarray(value)
        array = array.astype(array.dtype.newbyteorder("<"), copy=False)
        arrays.append(array)
        return {"array": len(arrays) - 1, "type": array.dtype.str, "shape": array.shape}
    if type(value) in TYPES.values():
        return {
            "is": type(value).__name__,
            "of": {
                name: _told(field_value, arrays)
                for name, field_value in value._asdict().items()
            },
        }
    if isinstance(value, tuple):
        return [_told(member, arrays) for member in value]
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, np.generic):
        return _told(value.item(), arrays)
    raise TypeError(f"{type(value).__name__} is nothing that a model is stored with")


def _read(content: bytes) -> Served | Segmentation:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = archive.infolist()
        names = {TEXT, *(str(place) for place in range(len(entries) - 1))}
        if {entry.filename for entry in entries} != names or len(entries) != len(names):
            raise ValueError("it holds parts that no model has")
        if sum(entry.file_size for entry in entries) > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES // 2**20} MiB")
        parts = {entry.filename: _part(archive, entry) for entry in entries}
    document = json.loads(parts[TEXT])
    if document["format"] != FORMAT:
        raise ValueError(f"its format is {document['format']}, and this version reads {FORMAT}")
    model = _rebuilt(document["model"], lambda place: parts[str(int(place))])
    if not isinstance(model, Served | Segmentation):
        raise TypeError(f"it is a {type(model).__name__}")
    _check_trees(model)
    return model


def _part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as part:
        return part.read(entry.file_size)


def _rebuilt(packed: Any, part: Callable[[int], bytes]) -> Any:
    if isinstance(packed, list):
        return tuple(_rebuilt(member, part) for member in packed)
    if not isinstance(packed, dict):
        return packed
    if "array" in packed:
        return _array(packed["type"], packed["shape"], part(packed["array"]))
    kind = TYPES[packed["is"]]
    fields = {
        str(name): _rebuilt(field_value, part) for name, field_value in packed["of"].items()
    }
    hints = get_type_hints(kind)
    usual = getattr(kind, "_field_defaults", {})  # of fields that came with later versions
    fields = {**{name: usual[name] for name in hints if name in usual}, **fields}
    if set(fields) != set(hints):
        raise TypeError(f"{packed['is']} has other fields")
    for name, hint in hints.items():
        if not _fits(fields[name], hint):
            raise TypeError(f"{name} of {packed['is']} is of a wrong type")
    return kind(**fields)


def _array(kind: str, shape: Sequence[int], content: bytes) -> np.ndarray:
    if kind not in ARRAYS:
        raise TypeError(f"no array is of the type {kind}")
    if any(type(length) is not int or length < 0 for length in shape):
        raise ValueError("an array has no such shape")
    if math.prod(shape) * np.dtype(kind).itemsize != len(content):
        raise ValueError("an array is longer or shorter than it says")
    return np.frombuffer(content, dtype=kind).reshape(shape)


def _fits(value: Any, hint: Any) -> bool:
    """Tell whether a value is what a field of a type holds."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return any(_fits(value, alternative) for alternative in inner)
    if origin is tuple:
        return isinstance(value, tuple) and all(_fits(member, inner[0]) for member in value)
    if hint is Predictor:
        return isinstance(value, Plain)
    if hint is float:
        return type(value) in (float, int)
    return type(value) is hint


def _check_trees(model: Served | Segmentation) -> None:
    pipeline = getattr(model, "pipeline", None)
    if not isinstance(pipeline, Plain):
        return
    match pipeline.model:
        case Trees() as grown:
            trees.check(grown, columns=pipeline.prepare.width)
        case Blend(trees=grown):
            trees.check(grown, columns=pipeline.prepare.width)
