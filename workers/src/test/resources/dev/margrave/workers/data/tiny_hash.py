"""The content hash of a Tiny-ImageNet archive, written again from the documentation of TinyImageNet,
AreaAverage, Selection, IndexedRandom and ContentHash, with Pillow to decode.

    python3 tiny_hash.py tiny-imagenet-200.zip SIZE TRAIN EVALUATE
"""

import hashlib
import io
import re
import struct
import sys
import zipfile

from PIL import Image

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15
SEED = int.from_bytes(b"selected", "big")


def mix(z):
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
    return z ^ (z >> 31)


def absorb(state, coordinate):
    return mix((state + GAMMA * (coordinate + 1)) & MASK)


def key(stream, index):
    return absorb(absorb(mix(SEED), stream), index)


def chosen(stream, available, wanted):
    return sorted(range(available), key=lambda index: key(stream, index))[:wanted]


def pixels(data, size):
    image = Image.open(io.BytesIO(data)).convert("RGB")
    assert image.size == (64, 64)
    values = image.tobytes()
    if size == 64:
        return values
    assert size == 32
    out = bytearray()
    for row in range(32):
        for column in range(32):
            for channel in range(3):
                at = (2 * row * 64 + 2 * column) * 3 + channel
                out.append((values[at] + values[at + 3] + values[at + 192] + values[at + 195] + 2) // 4)
    return bytes(out)


def main(archive, size, train, evaluate):
    root = "tiny-imagenet-200/"
    with zipfile.ZipFile(archive) as files:
        wnids = sorted(files.read(root + "wnids.txt").decode().split())
        label = {wnid: i for i, wnid in enumerate(wnids)}
        names = [name[len(root):] for name in files.namelist()]
        trains = sorted(name for name in names if re.fullmatch(r"train/[^/]+/images/[^/]+\.JPEG", name))
        vals = sorted(name for name in names if re.fullmatch(r"val/images/[^/]+\.JPEG", name))
        lines = files.read(root + "val/val_annotations.txt").decode().splitlines()
        annotated = dict(line.split("\t")[:2] for line in lines)
        digest = hashlib.sha256(b"margrave-images-1\n" + struct.pack(">4i", size, size, 3, len(wnids)))
        for stream, pictures, wanted in ((0, trains, train), (1, vals, evaluate)):
            order = [pictures[i] for i in chosen(stream, len(pictures), wanted)]
            digest.update(struct.pack(">i", len(order)))
            for name in order:
                parts = name.split("/")
                wnid = parts[1] if parts[0] == "train" else annotated[parts[2]]
                digest.update(struct.pack(">i", label[wnid]))
            for name in order:
                digest.update(pixels(files.read(root + name), size))
    print(digest.hexdigest())


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
