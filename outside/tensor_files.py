"""Makes the files of NumPy, safetensors and Pillow that package ops/files is tested with, or compares the committed ones with what
those make now, and reads the files that ops/files has written.

  tensor_files.py FOLDER            writes FOLDER
  tensor_files.py --check FOLDER    compares; exit 1 when anything differs
"""
import io
import json
import math
import pathlib
import sys

import numpy as np
import safetensors
import safetensors.numpy
from PIL import Image

KINDS = ["b1", "u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f2", "f4", "f8"]


def array(kind, order="<"):
    """2 x 3 elements that reach the ends of the type."""
    d = np.dtype(order + kind if kind[1] != "1" else kind)
    if d.kind == "b":
        v = [True, False, True, True, False, False]
    elif d.kind == "f":
        info = np.finfo(d)
        v = [0.1, -2.5, info.max, info.smallest_subnormal, np.inf, -0.0]
    else:
        info = np.iinfo(d)
        v = [info.min, min(int(info.max), 2**63 - 1), 0, 1, 2, 100]
    return np.array(v, dtype=d).reshape(2, 3)


def npy(a, **how):
    b = io.BytesIO()
    np.lib.format.write_array(b, a, **how)
    return b.getvalue()


def npz(save, **arrays):
    b = io.BytesIO()
    save(b, **arrays)
    return b.getvalue()


def bfloat16(values):
    """The upper halves of float32, which numpy has no type for."""
    return (np.array(values, dtype="<f4").view("<u4") >> 16).astype("<u2")


def picture(form, img, **how):
    b = io.BytesIO()
    img.save(b, form, **how)
    return b.getvalue()


def pixels(channels, high=255, dtype=np.uint8):
    y, x, c = np.mgrid[0:5, 0:7, 0:channels]
    return ((x * 37 + y * 59 + c * 101) % (high + 1)).astype(dtype)


def values(a):
    """What a tensor should hold: exact, also of 64 bits."""
    flat = np.asarray(a).ravel(order="C")
    if flat.dtype.kind == "f":
        return [repr(float(x)) for x in flat]
    return [str(int(x)) for x in flat]


def expect(a):
    a = np.asarray(a)
    return {"dtype": {"b": "Bool", "f": "Float64" if a.dtype.itemsize == 8 else "Float32"}.get(
        a.dtype.kind, "Uint8" if a.dtype == np.uint8 else "Int64"), "shape": list(a.shape), "values": values(a)}


BF16 = [1.0, -2.5, math.inf, 2.0**-133, 0.0, 3.0]


def make():
    """The files by name, and what is in them: name to array name to expectation; "" for a file of one."""
    files, want = {}, {}

    def one(name, data, a):
        files[name], want[name] = data, {"": expect(a)}

    for kind in KINDS:
        one(f"{kind}.npy", npy(array(kind)), array(kind))
    cube = np.arange(24, dtype="<f4").reshape(2, 3, 4)
    one("fortran.npy", npy(np.asfortranarray(cube)), cube)
    one("version2.npy", npy(cube, version=(2, 0)), cube)
    one("version3.npy", npy(cube, version=(3, 0)), cube)
    one("scalar.npy", npy(np.array(2.5)), np.array(2.5))
    one("vector.npy", npy(np.arange(5)), np.arange(5))
    one("empty.npy", npy(np.zeros((3, 0, 2), dtype="<f4")), np.zeros((3, 0, 2), dtype="<f4"))
    for name, a in {"complex": np.array([1j]), "text": np.array(["a"]), "bytes": np.array([b"a"]), "date": np.array(["2020-01-01"], dtype="M8[D]"),
                    "span": np.array([1], dtype="m8[s]"), "record": np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
                    "object": np.array([None], dtype=object), "large": np.array([2**63], dtype="u8")}.items():
        files[f"refused_{name}.npy"] = npy(a)
    arrays = {kind: array(kind, ">") for kind in KINDS}
    for name, save in (("big.npz", np.savez), ("compressed.npz", np.savez_compressed)):
        files[name] = npz(save, **arrays)
        want[name] = {k: expect(a) for k, a in arrays.items()}

    own = {k: array(k) for k in ("b1", "u1", "i8", "f4", "f8")} | {"scalar": np.array(2.5, dtype="f4"), "empty": np.zeros((0, 3))}
    files["own.safetensors"] = safetensors.numpy.save(own, {"made": "by <Python>"})
    want["own.safetensors"] = {k: expect(a) for k, a in own.items()}
    every = {k: array(k) for k in KINDS}
    stored = {k: (a, a.dtype.name) for k, a in every.items()} | {"bf16": (bfloat16(BF16), "bfloat16")}
    files["all.safetensors"] = bytes(safetensors.serialize({
        k: safetensors.TensorSpec(dtype=name, shape=a.shape, data_ptr=a.ctypes.data, data_len=a.nbytes) for k, (a, name) in stored.items()}))
    want["all.safetensors"] = {k: expect(a) for k, a in every.items()} | {"bf16": expect(np.array(BF16, dtype="f4"))}

    def image(name, form, img, a=None, **how):
        files[name] = picture(form, img, **how)
        a = np.asarray(img) if a is None else a
        want[name] = {"": expect(a if a.ndim == 3 else a[:, :, None])}

    image("gray.png", "PNG", Image.fromarray(pixels(1)[:, :, 0]))
    image("rgb.png", "PNG", Image.fromarray(pixels(3)))
    image("rgba.png", "PNG", Image.fromarray(pixels(4)))
    image("palette.png", "PNG", Image.fromarray(pixels(3)).quantize(8), np.asarray(Image.fromarray(pixels(3)).quantize(8).convert("RGB")))
    deep = pixels(1, 65535, np.uint16)[:, :, 0]
    image("gray16.png", "PNG", Image.fromarray(deep), (deep >> 8).astype(np.uint8))
    first, second = (Image.fromarray(pixels(3)).quantize(k) for k in (8, 4))
    image("two.gif", "GIF", first, np.asarray(Image.open(io.BytesIO(picture("GIF", first))).convert("RGB")), save_all=True, append_images=[second])
    photo = Image.fromarray(pixels(3)).resize((32, 24), Image.BICUBIC)
    image("photo.jpg", "JPEG", photo, np.asarray(Image.open(io.BytesIO(picture("JPEG", photo, quality=90, subsampling=0))).convert("RGB")), quality=90, subsampling=0)
    files["expected.json"] = ("{\n" + ",\n".join(f" {json.dumps(k)}: {json.dumps(v, sort_keys=True)}" for k, v in sorted(want.items())) + "\n}\n").encode()
    return files


def arrays_of(data):
    with np.load(io.BytesIO(data)) as z:
        return {k: (z[k].dtype.str, z[k].shape, z[k].tobytes()) for k in z.files}


def same(name, old, new):
    """Whether two files are the same. An archive has the time in it, and what a compressor makes may differ by processor."""
    if name.endswith(".npz"):
        return arrays_of(old) == arrays_of(new)
    if name.endswith((".png", ".gif", ".jpg")):
        a, b = Image.open(io.BytesIO(old)), Image.open(io.BytesIO(new))
        return a.mode == b.mode and np.array_equal(np.asarray(a.convert("RGBA")), np.asarray(b.convert("RGBA")))
    return old == new


def written(folder):
    """Reads what ops/files has written; yields what is wrong."""
    cube = np.arange(24, dtype="<f4").reshape(2, 3, 4)
    for name in ("written.npz", "written_compressed.npz"):
        with np.load(folder / name) as z:
            if sorted(z.files) != ["cube", "flags", "ids"] or z["cube"].dtype != np.float32 or z["ids"].dtype != np.int64 or z["flags"].dtype != bool:
                yield f"{name}: {[(k, z[k].dtype) for k in z.files]}"
            elif not (np.array_equal(z["cube"], cube) and np.array_equal(z["ids"], np.arange(5)) and z["flags"].tolist() == [True, False]):
                yield f"{name}: other values"
    for name, mode, channels in (("written_gray.png", "L", 1), ("written_rgb.png", "RGB", 3), ("written_rgba.png", "RGBA", 4), ("written.gif", "RGB", 3)):
        with Image.open(folder / name) as img:
            if not np.array_equal(np.asarray(img.convert(mode)).reshape(5, 7, channels), pixels(channels)):
                yield f"{name}: other pixels"


def main(args):
    check = args[:1] == ["--check"]
    folder = pathlib.Path(args[-1])
    made = make()
    if not check:
        folder.mkdir(parents=True, exist_ok=True)
        for name, data in made.items():
            (folder / name).write_bytes(data)
        print(f"wrote {len(made)} files")
        return 0
    wrong = list(written(folder))
    for name, data in made.items():
        if not same(name, (folder / name).read_bytes(), data):
            wrong.append(f"{name}: other than the committed one")
    for w in wrong:
        print(w)
    print(f"{len(made)} files compared, {len(wrong)} differences")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
