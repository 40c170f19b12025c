"""Files that claim more than they are: a clear error, next to no memory, nothing half-loaded."""
import gzip
import io
import json
import os
import resource
import struct
import subprocess
import zipfile
import zlib

import pytest

MIB = 1 << 20
# What the program may map: its own 60 MiB or so and little more.
ROOM = 400 * MIB


def npy(shape, descr="<f4", data=b""):
    header = f"{{'descr': '{descr}', 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (-(len(header) + 11) % 64) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header + data


def png(width, height, rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    pixels = zlib.compress(b"\0" * rows, 9)
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def safetensors(header, data=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def zip_of(name, content):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


def sparse(head, size):
    def write(path):
        path.write_bytes(head)
        os.truncate(path, size)
    return write


ZEROS = b"\0" * (512 * MIB)
F32 = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
EIGHT = b"\0" * 8

# name, content (bytes, or a function that writes it), the error
FILES = [
    ("twelve-bytes.npy", npy("(1073741824,)")[:12], "E0503"),
    ("four-gigabytes.npy", npy("(1073741824,)"), "E0503"),
    ("overflow.npy", npy("(4611686018427387904, 16)"), "E0503"),
    ("negative.npy", npy("(-1,)"), "E0503"),
    ("pickle.npy", npy("(1,)", "|O", b"cos\nsystem\n"), "E0503"),
    ("no-header.npy", sparse(b"\0" * 64, 3 << 30), "E0503"),
    ("longer-than-its-header.npy", sparse(npy("(2,)"), 3 << 30), "E0503"),
    ("zeros.npy", gzip.compress(ZEROS, 9), "E0503"),
    ("one-number-and-zeros.npy", gzip.compress(npy("(1,)") + ZEROS, 9), "E0503"),
    ("zeros.npz", zip_of("x.npy", ZEROS), "E0503"),
    ("one-number-and-zeros.npz", zip_of("x.npy", npy("(1,)") + ZEROS), "E0503"),
    ("not-an-archive.npz", sparse(b"\0" * 64, 3 << 30), "E0503"),
    ("bomb.png", png(30000, 30000, 30000 * 30001 // 64), "E0503"),
    ("bomb-that-is-whole.png", png(10000, 10000, 10000 * 10001), "E0503"),
    ("cut.png", png(64, 64, 64 * 65)[:60], "E0503"),
    ("magic.png", b"GIF89a" + b"\0" * 100, "E0503"),
    ("magic.idx", b"\x01\x00\x08\x03" + b"\0" * 100, "E0503"),
    ("claims-a-lot.idx", b"\0\0\x08\x03" + struct.pack(">III", 60000, 28, 28), "E0503"),
    ("comma.csv", b"0," * (8 * MIB), "E0503"),
    ("length.safetensors", struct.pack("<Q", 2 ** 64 - 1) + b"{}", "E0503"),
    ("length-and-room.safetensors", sparse(struct.pack("<Q", 2 ** 63), 3 << 30), "E0503"),
    ("zeros-in-a-list.safetensors", safetensors(b'{"a":[' + b"0," * (5 * MIB) + b"0]}"), "E0503"),
    ("overlap.safetensors", safetensors({"a": F32, "b": {**F32, "data_offsets": [4, 12]}}, EIGHT + b"\0" * 4), "E0503"),
    ("hole.safetensors", safetensors({"a": F32, "b": {**F32, "data_offsets": [12, 20]}}, b"\0" * 20), "E0503"),
    ("beyond.safetensors", safetensors({"a": {**F32, "data_offsets": [8, 16]}}, EIGHT), "E0503"),
    ("twice.safetensors", safetensors(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},'
                                      b'"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}', EIGHT), "E0503"),
    ("huge-shape.safetensors", safetensors({"a": {**F32, "shape": [2 ** 62, 16]}}, EIGHT), "E0503"),
    ("metadata.safetensors", safetensors({"__metadata__": [1], "a": F32}, EIGHT), "E0503"),
]


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))


@pytest.mark.parametrize("name,content,code", FILES, ids=[name for name, _, _ in FILES])
def test_a_file_that_lies(cnnbook, tmp_path, name, content, code):
    path = tmp_path / name
    if callable(content):
        content(path)
    else:
        path.write_bytes(content)
    script = tmp_path / "load.cnnbook"
    script.write_text(f'x = load("{name}")\n')
    result = subprocess.run([cnnbook.path, "run", str(script)], capture_output=True, text=True, timeout=60,
                            env=cnnbook.environment(CNNBOOK_THREADS="1"), preexec_fn=limited)
    assert f"error[{code}]" in result.stderr, (result.returncode, result.stderr)
    assert name in result.stderr and result.stdout == ""


def test_a_model_is_left_as_it_was(cnnbook, tmp_path):
    """The second of two tensors is damaged: the first is not taken either."""
    script = tmp_path / "model.cnnbook"
    shapes = {"dense1.weight": [4, 2], "dense1.bias": [2]}
    header, offset = {}, 0
    for key, shape in shapes.items():
        size = 4 * (shape[0] * shape[1] if len(shape) == 2 else shape[0])
        header[key] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    (tmp_path / "good.safetensors").write_bytes(safetensors(header, b"\0" * offset))
    header["dense1.bias"]["shape"] = [3]
    (tmp_path / "bad.safetensors").write_bytes(safetensors(header, b"\0" * offset))
    script.write_text('model Net { input 4; dense 2 }\nnet = Net()\nbefore = net.dense1.weight\n'
                      'expect error { load("bad.safetensors", into=net) }\nall(net.dense1.weight == before)\n'
                      'load("good.safetensors", into=net)\nany(net.dense1.weight == before)\n')
    result = cnnbook("run", script)
    assert result.code == 0 and result.out == "True\nFalse\n", result.err
