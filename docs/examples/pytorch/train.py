"""A teacher-guided VAE in plain PyTorch, as a stage of Margrave. See README.md beside it."""
import time

import numpy
import torch
from torch import nn
from torch.nn import functional

import margrave

DEVICE = "cuda" if torch.cuda.is_available() and margrave.setting("GPUS", int) else "cpu"
SEED = margrave.setting("SEED", int)
ARM = margrave.setting("ARM")
BATCH = margrave.setting("BATCH", int)
LATENT = margrave.setting("LATENT", int)
CLASSES = margrave.setting("COMPONENTS", int)
PER_EPOCH = margrave.setting("STEPS_PER_EPOCH", int)
TOTAL = margrave.setting("TOTAL_STEPS", int)
LAMBDA = margrave.setting("LAMBDA", float)
torch.set_num_threads(margrave.setting("THREADS", int))


class Vae(nn.Module):
    """Convolutions of stride 2 to μ and ln σ², their mirror image back, and a witness on the code."""

    def __init__(self, height, width, colours, channels, log_mean_teacher):
        super().__init__()
        sizes = [colours] + channels
        self.encoder = nn.Sequential(*[
            layer for i, o in zip(sizes, sizes[1:])
            for layer in (nn.Conv2d(i, o, 4, 2, 1), nn.ReLU())])
        self.inner = (channels[-1], height >> len(channels), width >> len(channels))
        flat = int(numpy.prod(self.inner))
        self.mean = nn.Linear(flat, LATENT)
        self.log_variance = nn.Linear(flat, LATENT)
        self.expand = nn.Linear(LATENT, flat)
        self.decoder = nn.Sequential(*[
            layer for i, o in zip(sizes[:0:-1], sizes[-2::-1])
            for layer in (nn.ConvTranspose2d(i, o, 4, 2, 1), nn.ReLU())][:-1])
        # At the boundary: a constant student of the teacher, margin 0.
        self.witness = nn.Linear(LATENT, CLASSES)
        nn.init.zeros_(self.witness.weight)
        with torch.no_grad():
            self.witness.bias.copy_(log_mean_teacher)

    def encode(self, images):
        features = self.encoder(images).flatten(1)
        return self.mean(features), 10 * torch.tanh(self.log_variance(features) / 10)

    def decode(self, codes):
        return self.decoder(functional.relu(self.expand(codes)).view(-1, *self.inner))


def batch(images, indices):
    """[n, H, W, C], of which only these are read, as [m, C, H, W]."""
    return torch.from_numpy(numpy.ascontiguousarray(images[indices])).to(DEVICE)


def losses(model, images, noise):
    """−ln p(x|z), KL and witness, each by image."""
    mean, log_variance = model.encode(images)
    codes = mean + torch.exp(log_variance / 2) * noise
    pixels = functional.binary_cross_entropy_with_logits(
        model.decode(codes), images, reduction="none").flatten(1).sum(1)
    kl = 0.5 * (mean ** 2 + log_variance.exp() - log_variance - 1).sum(1)
    return pixels, kl, model.witness(codes)


def posteriors(model, images):
    """μ and ln σ² of all images."""
    with torch.no_grad():
        parts = [model.encode(batch(images, slice(i, i + BATCH)))
                 for i in range(0, len(images), BATCH)]
    return [torch.cat(part).cpu().numpy() for part in zip(*parts)]


def evaluate(model, step, beta, held_out, train):
    """What Margrave measures: codes and the head. Reconstruction it takes from here."""
    mean, log_variance = posteriors(model, held_out)
    nats = error = count = 0
    with torch.no_grad():
        for i in range(0, min(len(held_out), 1000), BATCH):
            images = batch(held_out, slice(i, i + BATCH))
            codes = torch.from_numpy(mean[i:i + len(images)]).to(DEVICE)
            decoded = model.decode(codes)
            nats += functional.binary_cross_entropy_with_logits(
                decoded, images, reduction="sum").item()
            error += ((decoded.sigmoid() - images) ** 2).flatten(1).mean(1).sum().item()
            count += len(images)
    arrays = dict(mean=mean, logVariance=log_variance,
                  weights=model.witness.weight.detach().cpu().numpy().T,
                  bias=model.witness.bias.detach().cpu().numpy())
    if step == TOTAL or ARM == "collapse":
        arrays["trainMean"], arrays["trainLogVariance"] = posteriors(model, train)
    margrave.evaluated(step, arrays, reconstructionNats=nats / count,
                       meanSquaredError=error / count, beta=beta)
    return 0.5 * (mean ** 2 + numpy.exp(log_variance) - log_variance - 1).sum(1).mean()


def main():
    train, held_out = [numpy.load(margrave.setting(name), mmap_mode="r").transpose(0, 3, 1, 2)
                       for name in ("TRAIN_IMAGES", "EVALUATE_IMAGES")]
    teacher = numpy.load(margrave.setting("TRAIN_TEACHER"))
    torch.manual_seed(SEED)
    model = Vae(*train.shape[2:], train.shape[1],
                [int(c) for c in margrave.setting("CHANNELS").split(",")],
                torch.from_numpy(numpy.log(teacher.mean(0)))).to(DEVICE)
    optimiser = torch.optim.Adam(model.parameters(), margrave.setting("LEARNING_RATE", float))
    step = 0
    if margrave.setting("RESUME_FROM"):
        state = torch.load(margrave.setting("RESUME_FROM"), map_location=DEVICE)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        step = state["step"]
        print("going on from step", step, flush=True)
    elif margrave.setting("START_FROM"):  # Another arm's end, with an optimiser that has seen nothing.
        model.load_state_dict(torch.load(margrave.setting("START_FROM"), map_location=DEVICE)["model"])
    model.witness.requires_grad_(LAMBDA > 0)  # Without alignment the witness stays what it is.

    def save():
        path = "checkpoint-%d" % step
        torch.save(dict(model=model.state_dict(), optimiser=optimiser.state_dict(), step=step), path)
        margrave.say("checkpoint", step=step, path=path)

    margrave.say("hello", protocol=1, name="PyTorch %s on %s" % (torch.__version__, DEVICE))
    saved = began = time.monotonic()
    start, over, beta = step, step >= TOTAL, margrave.setting("BETA", float)
    if over:  # Killed between its last checkpoint and its last word.
        evaluate(model, step, beta, held_out, train)
    while not over:
        epoch, place = divmod(step, PER_EPOCH)
        # Order and noise are functions of seed and step: a resumed run goes on as it would have.
        order = numpy.random.default_rng([SEED, epoch]).permutation(len(train))
        indices = numpy.sort(order[place * BATCH:(place + 1) * BATCH])
        noise = torch.randn(BATCH, LATENT, generator=torch.Generator().manual_seed(
            (SEED << 32) + step + 1)).to(DEVICE)
        if ARM == "collapse":
            beta = min(margrave.setting("MAXIMUM_BETA", float), margrave.setting("BETA", float)
                       * 2.0 ** min(60, step // margrave.setting("DOUBLE_BETA_EVERY", int)))
        pixels, kl, logits = losses(model, batch(train, indices), noise)
        target = torch.from_numpy(teacher[indices]).float().to(DEVICE)
        alignment = functional.kl_div(
            functional.log_softmax(logits, 1), target, reduction="none").sum(1)
        loss = (pixels + beta * kl + LAMBDA * alignment).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        margrave.say("progress", step=step,
                     imagesPerSecond=(step - start) * BATCH / (time.monotonic() - began))
        over, stopping = step >= TOTAL, margrave.stopping.is_set()
        if over or step % margrave.setting("EVALUATE_EVERY", int) == 0:
            information = evaluate(model, step, beta, held_out, train)
            over |= ARM == "collapse" and information < margrave.setting("KL_TARGET", float)
        if over or stopping or time.monotonic() - saved > margrave.setting("CHECKPOINT_SECONDS", float):
            save()
            saved = time.monotonic()
        if stopping and not over:
            return
    margrave.say("done", step=step)


main()
