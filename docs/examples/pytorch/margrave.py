"""Speaks Margrave's trainer protocol, version 1; needs the standard library and NumPy alone."""
import json
import os
import signal
import threading

import numpy

stopping = threading.Event()
signal.signal(signal.SIGTERM, lambda number, frame: stopping.set())


def _end_with_the_worker():
    while os.read(0, 1):  # A pipe that ends when the worker does, however that ends.
        pass
    os._exit(1)


threading.Thread(target=_end_with_the_worker, daemon=True).start()


def setting(name, kind=str):
    """What MARGRAVE_NAME says; None when it is not set."""
    value = os.environ.get("MARGRAVE_" + name)
    return None if value is None else kind(value)


def say(type, **fields):
    """One message, in a line of its own."""
    print(json.dumps({"type": type, **fields}), flush=True)


def evaluated(step, arrays, **numbers):
    """arrays: mean, logVariance, weights, bias, and at the end trainMean and trainLogVariance."""
    names = {name: "%s-%d.npy" % (name, step) for name in arrays}  # Never said before.
    for name, array in arrays.items():
        numpy.save(names[name], numpy.ascontiguousarray(array, numpy.float32))
    say("evaluated", step=step, **names, **numbers)
