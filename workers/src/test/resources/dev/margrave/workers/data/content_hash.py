"""The content hash of a CIFAR-100 archive, written again from the documentation of Selection,
IndexedRandom and ContentHash, with the standard library alone.

    python3 content_hash.py cifar-100-binary.tar.gz TRAIN EVALUATE
"""

import hashlib
import struct
import sys
import tarfile

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


def main(archive, train, evaluate):
    digest = hashlib.sha256(b"margrave-images-1\n" + struct.pack(">4i", 32, 32, 3, 100))
    with tarfile.open(archive) as tar:
        for stream, name, wanted in ((0, "train.bin", train), (1, "test.bin", evaluate)):
            data = tar.extractfile("cifar-100-binary/" + name).read()
            indices = chosen(stream, len(data) // 3074, wanted)
            digest.update(struct.pack(">i", len(indices)))
            digest.update(b"".join(struct.pack(">i", data[3074 * i + 1]) for i in indices))
            for i in indices:
                planes = data[3074 * i + 2 : 3074 * (i + 1)]
                digest.update(bytes(planes[1024 * c + p] for p in range(1024) for c in range(3)))
    print(digest.hexdigest())


main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
