"""A trainer of the system's Python alone: codes are an image's colours, and the head grows step by step.

python3 trainer.py MODE; see the end of this file.
"""
import array, json, math, os, signal, subprocess, sys, time

MODE = sys.argv[1]
LATENT = int(os.environ["MARGRAVE_LATENT"])
K = int(os.environ["MARGRAVE_COMPONENTS"])
SAMPLES = int(os.environ["MARGRAVE_SAMPLES"])
TOTAL = int(os.environ["MARGRAVE_TOTAL_STEPS"])
EVERY = int(os.environ["MARGRAVE_EVALUATE_EVERY"])
stopping = False


def say(**message):
    print(json.dumps(message), flush=True)


def read(path):
    with open(path, "rb") as file:
        assert file.read(8) == b"\x93NUMPY\x01\x00"
        header = file.read(int.from_bytes(file.read(2), "little")).decode()
        values = array.array("f" if "<f4" in header else "d")
        values.frombytes(file.read())
    shape = [int(n) for n in header.split("(")[1].split(")")[0].split(",") if n.strip()]
    return shape, values


def write(name, shape, values):
    words = ", ".join(str(n) for n in shape) + ("," if len(shape) == 1 else "")
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }" % words
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    with open(name, "wb") as file:
        file.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode())
        file.write(array.array("f", values).tobytes())
    return name


def codes(path):
    (n, height, width, channels), pixels = read(path)
    size = height * width
    rows = []
    for i in range(n):
        image = pixels[i * size * channels:(i + 1) * size * channels]
        means = [sum(image[c::channels]) / size for c in range(channels)]
        middle = sum(means) / channels
        rows += [max(-1.04, min(1.04, 40 * (mean - middle))) for mean in means] + [0.0] * (LATENT - channels)
    return n, rows


def evaluate(step, **more):
    growth = (step / TOTAL) ** 4
    head = [growth if k == d else 0.0 for d in range(LATENT) for k in range(K)]
    message = dict(
        type="evaluated", step=step, reconstructionNats=1900.5, meanSquaredError=0.03,
        mean=write("mean-%d.npy" % step, [EVALUATE[0], LATENT], EVALUATE[1]),
        logVariance=write("variance-%d.npy" % step, [EVALUATE[0], LATENT], [-6.0] * len(EVALUATE[1])),
        weights=write("weights-%d.npy" % step, [LATENT, K], head), bias=write("bias-%d.npy" % step, [K], [0.0] * K))
    if step == TOTAL:
        message["trainMean"] = write("train-mean.npy", [TRAIN[0], LATENT], TRAIN[1])
        message["trainLogVariance"] = write(
            "train-variance.npy", [TRAIN[0], LATENT], [-6.0] * len(TRAIN[1]))
    message.update(more)
    say(**message)


def checkpoint(step):
    with open("state-%d" % step, "w") as file:
        file.write(str(step))
    say(type="checkpoint", step=step, path="state-%d" % step)


def on_term(number, frame):
    global stopping
    stopping = True


def train():
    step = 0
    if "MARGRAVE_RESUME_FROM" in os.environ:
        step = int(open(os.environ["MARGRAVE_RESUME_FROM"]).read())
        print("going on from step", step, flush=True)
    signal.signal(signal.SIGTERM, on_term)
    say(type="hello", protocol=1, name="colours 1.0")
    while step < TOTAL:
        step += 1
        if MODE == "slow":
            time.sleep(0.05)
        say(type="progress", step=step, imagesPerSecond=320.0)
        if MODE == "killed" and step == 9 and "MARGRAVE_RESUME_FROM" not in os.environ:
            os.kill(os.getpid(), signal.SIGKILL)
        if step % EVERY == 0 and step < TOTAL:
            evaluate(step)
        if step % 4 == 0 and step < TOTAL:
            checkpoint(step)
        if stopping:
            checkpoint(step)
            sys.exit(0)
    evaluate(TOTAL)
    checkpoint(TOTAL)
    if MODE == "killed-at-its-end" and step == TOTAL and "MARGRAVE_RESUME_FROM" not in os.environ:
        os.kill(os.getpid(), signal.SIGKILL)
    say(type="done", step=TOTAL)


def tables(shape):
    return write("w.npy", shape, [math.log(1 / K)] * (shape[0] * shape[1] * shape[2]))


def lie():
    n = EVALUATE[0]
    if MODE == "no-json":
        print("{this is none", flush=True)
    elif MODE == "unknown-type":
        say(type="finished", step=1)
    elif MODE == "unknown-field":
        say(type="progress", step=1, margin=3.5)
    elif MODE == "other-protocol":
        say(type="hello", protocol=2, name="x")
    elif MODE == "no-step":
        say(type="progress", step="many")
    elif MODE == "backwards":
        say(type="progress", step=5)
        say(type="progress", step=4)
    elif MODE == "too-far":
        say(type="progress", step=TOTAL + 1)
    elif MODE == "not-finite":
        evaluate(1, mean=write("nan.npy", [n, LATENT], [float("nan")] * (n * LATENT)))
    elif MODE == "nan-number":
        evaluate(1, reconstructionNats=float("nan"))
    elif MODE == "wrong-shape":
        evaluate(1, mean=write("short.npy", [n - 1, LATENT], [0.0] * ((n - 1) * LATENT)))
    elif MODE == "no-array":
        open("text.npy", "w").write("not one")
        evaluate(1, mean="text.npy")
    elif MODE == "outside":
        say(type="checkpoint", step=1, path="../elsewhere")
    elif MODE == "absolute":
        say(type="checkpoint", step=1, path="/etc/hostname")
    elif MODE == "symlink":
        os.symlink("/etc/hostname", "link")
        say(type="checkpoint", step=1, path="link")
    elif MODE == "missing":
        say(type="checkpoint", step=1, path="nothing")
    elif MODE == "long-line":
        print('{"type": "' + "x" * 100000 + '"}', flush=True)
    elif MODE == "no-head":
        say(type="evaluated", step=1, reconstructionNats=1.0, meanSquaredError=1.0,
            mean=write("m.npy", [n, LATENT], [0.0] * (n * LATENT)))
    elif MODE == "positive-logarithms":
        say(type="evaluated", step=1, reconstructionNats=1.0, meanSquaredError=1.0, klNats=1.0,
            witness=write("w.npy", [SAMPLES, n, K], [0.5] * (SAMPLES * n * K)))
    elif MODE == "early":
        evaluate(3)
        checkpoint(3)
        say(type="done", step=3)
    elif MODE == "done-unmeasured":
        checkpoint(TOTAL)
        say(type="done", step=TOTAL)
    elif MODE == "done-uncommitted":
        evaluate(TOTAL)
        say(type="done", step=TOTAL)
    elif MODE == "evaluated-twice":
        evaluate(2)
        evaluate(2)
    elif MODE == "long-name":
        say(type="hello", protocol=1, name="x" * 201)
    elif MODE == "no-done":
        print("I am tired.", flush=True)
    elif MODE == "fails":
        print("  some trace\n\n\x1b[31mValueError\r", file=sys.stderr, flush=True)
        sys.exit(3)
    elif MODE == "silent":
        time.sleep(600)
    elif MODE == "flood":
        for i in range(200000):
            print("noise", i, flush=False)
        sys.exit(4)
    elif MODE == "family":
        child = subprocess.Popen(["sleep", "600"])
        open(sys.argv[2], "w").write("%d %d" % (os.getpid(), child.pid))
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(600)
    elif MODE == "deletes":
        for step in (1, 2):
            evaluate(step, witness=sys.argv[2])
        sys.exit(5)
    elif MODE == "bars":
        sys.stderr.write("epoch 1:\r\n" + "".join("\r%d %%" % i for i in range(101)))
        sys.stdout.write("x" * 5000000)
        sys.exit(6)
    elif MODE == "talks":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        open(sys.argv[2], "w").close()
        while True:
            say(type="progress", step=1)
    elif MODE == "tables":
        shape = [SAMPLES, n, K]
        train_shape = [SAMPLES, TRAIN[0], K]
        say(type="evaluated", step=TOTAL, reconstructionNats=1.0, meanSquaredError=1.0, klNats=2.5,
            witness=tables(shape),
            trainWitness=write("tw.npy", train_shape, [math.log(1 / K)] * (SAMPLES * TRAIN[0] * K)))
        checkpoint(TOTAL)
        say(type="done", step=TOTAL)
    else:
        sys.exit("no mode " + MODE)


EVALUATE = codes(os.environ["MARGRAVE_EVALUATE_IMAGES"])
TRAIN = codes(os.environ["MARGRAVE_TRAIN_IMAGES"])
if MODE in ("good", "slow", "killed", "killed-at-its-end"):
    train()
else:
    lie()
