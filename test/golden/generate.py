"""Writes the golden fixtures with PyTorch: /usr/bin/python3 test/golden/generate.py (Debian: apt-get install python3-torch).

Gradients: each case's network is drawn in float32 from the seed as PyTorch does it, changed as `SHIFTS` says so that no
gradient is zero, and run in float64; outputs, losses and gradients are rounded to float32 at the very end. So what a test
sees as an error is the tested code's own rounding. The test draws the same parameters itself; the fixture has their SHA-256.
"""

import hashlib
import json
import struct
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from networks import NETWORKS, to_tensorflow

FOLDER = Path(__file__).parent / "fixtures"
MNIST = {"height": 28, "width": 28, "channels": 1, "classes": 10}
# The dense networks take smaller pictures, which keeps the files small; odd sides and two channels show a wrong layout at once.
CASES = [
    ("conv-autoencoder", 42, MNIST, 4),
    ("conv-autoencoder", 7, MNIST, 4),
    ("conv-autoencoder", 3, {"height": 11, "width": 9, "channels": 2, "classes": 10}, 3),
    ("feed-forward", 42, {"height": 6, "width": 5, "channels": 2, "classes": 10}, 4),
    ("feed-forward", 7, {"height": 6, "width": 5, "channels": 2, "classes": 10}, 4),
    ("softmax-regression", 42, {"height": 6, "width": 5, "channels": 2, "classes": 10}, 4),
    ("softmax-regression", 7, {"height": 6, "width": 5, "channels": 2, "classes": 10}, 4),
]
# At the autoencoder's initial weights of seed 42 the last relu is dead almost everywhere: its bias is set so that about
# half of the outputs are alive, and weights are scaled so that tanh leaves its linear range.
SHIFTS = {"conv-autoencoder": {"scale": 2.0, "bias": {"dec1.bias": 0.1}}}
# A maximum must lead its window by this much, or be tied exactly: else rounding would choose the position.
CLEAR_LEAD = 2e-6


def draw_images(rng, count, height, width, channels):
    """Pen strokes on an empty ground: [count, height, width, channels], multiples of 1/255. Empty ground means ties in pooling."""
    y, x = np.mgrid[0:height, 0:width]
    images = np.zeros((count, height, width, channels))
    for image in images:
        for channel in range(channels):
            points = rng.uniform(0.25, 0.75, (4, 2)) * [height, width]
            for a, b in zip(points, points[1:]):
                for t in np.linspace(0, 1, 24):
                    cy, cx = a + t * (b - a)
                    distance = np.hypot(y - cy, x - cx)
                    image[..., channel] = np.maximum(image[..., channel], np.clip(1.6 - distance, 0, 1))
    return np.round(images * rng.uniform(0.7, 1.0, (count, 1, 1, 1)) * 255) / 255


def draw_network(model, seed, spec):
    torch.manual_seed(seed)
    return NETWORKS[model](**spec)


def shift(network, changes):
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            parameter.mul_(changes.get("scale", 1.0))
            if name in changes.get("bias", {}):
                parameter.fill_(changes["bias"][name])


def flat_sha256(network):
    flat = [np.ascontiguousarray(to_tensorflow(network, name, p), "<f4").tobytes() for name, p in network.named_parameters()]
    return hashlib.sha256(b"".join(flat)).hexdigest()


def check_leads(network):
    for activations in network.pooled_from:
        n, c, h, w = activations.shape
        windows = activations[:, :, : h // 2 * 2, : w // 2 * 2].reshape(n, c, h // 2, 2, w // 2, 2)
        top = windows.permute(0, 1, 2, 4, 3, 5).reshape(-1, 4).sort(dim=1, descending=True).values
        leads = (top[:, 0] - top[:, 1]).detach()
        close = (leads > 0) & (leads < CLEAR_LEAD)
        print(f"    windows {len(leads)}, tied {(leads == 0).float().mean():.3f}, unclear {int(close.sum())}")
        assert not close.any(), "a window's maximum does not lead clearly; change the images' seed"


def loss_sum(network, output, images, labels):
    if isinstance(network, NETWORKS["conv-autoencoder"]):
        return ((output - images) ** 2).flatten(1).mean(1).sum()
    return F.cross_entropy(output, labels, reduction="sum")


def run_case(model, seed, spec, count):
    rng = np.random.default_rng([seed, spec["height"]])
    pictures = draw_images(rng, count, spec["height"], spec["width"], spec["channels"])
    labels = torch.tensor(rng.integers(0, spec["classes"], count))
    network = draw_network(model, seed, spec)
    shift(network, SHIFTS.get(model, {}))
    sha256 = flat_sha256(network)
    network.double()
    images = torch.tensor(pictures.astype(np.float32).astype(np.float64)).permute(0, 3, 1, 2)
    output = network(images)
    loss = loss_sum(network, output, images, labels)
    loss.backward()
    if hasattr(network, "pooled_from"):
        check_leads(network)
        print(f"    outputs alive {(output > 0).float().mean():.3f}")
    tensors = {"images": pictures, "labels": labels.numpy()}
    tensors["output"] = output.detach().permute(0, 2, 3, 1).numpy() if output.ndim == 4 else output.detach().numpy()
    if hasattr(network, "code"):
        tensors["code"] = network.code.detach().numpy()
    for name, parameter in network.named_parameters():
        tensors[f"gradient/{name}"] = to_tensorflow(network, name, parameter.grad)
        print(f"    {name:12s} gradient up to {parameter.grad.abs().max():.2e}, zeros {(parameter.grad == 0).float().mean():.3f}")
    metadata = {"model": model, "seed": seed, "input": spec, "shift": SHIFTS.get(model, {}), "loss": loss.item(), "parametersSha256": sha256}
    return metadata, tensors


def write_safetensors(path, metadata, tensors):
    header, data, offset = {"__metadata__": {key: json.dumps(value) for key, value in metadata.items()}}, [], 0
    for name, values in tensors.items():
        data.append(np.ascontiguousarray(values, "<f4").tobytes())
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [offset, offset + len(data[-1])]}
        offset += len(data[-1])
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(data))


def initial_weights():
    """SHA-256 of freshly drawn parameters (float32, little-endian, TensorFlow.js layout, declared order)."""
    entries = []
    for model in NETWORKS:
        for seed in (42, 7, 4294967295):
            network = draw_network(model, seed, MNIST)
            entries.append({"model": model, "seed": seed, "sha256": flat_sha256(network)})
    return entries


OPTIMIZERS = [
    ("sgd", {"learningRate": 0.1}),
    ("sgd", {"learningRate": 0.1, "momentum": 0.9}),
    ("sgd", {"learningRate": 0.05, "momentum": 0.8, "nesterov": True, "weightDecay": 0.01}),
    ("sgd", {"learningRate": 0.1, "weightDecay": 0.1}),
    ("adam", {"learningRate": 0.01}),
    ("adam", {"learningRate": 0.02, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-4, "weightDecay": 0.1}),
    ("adamw", {"learningRate": 0.01}),
    ("adamw", {"learningRate": 0.02, "beta1": 0.7, "beta2": 0.99, "epsilon": 1e-6, "weightDecay": 0.3}),
]


def build_optimizer(name, parameters, config):
    decay = config.get("weightDecay", 0.0)
    if name == "sgd":
        momentum, nesterov = config.get("momentum", 0.0), config.get("nesterov", False)
        return torch.optim.SGD(parameters, lr=config["learningRate"], momentum=momentum, nesterov=nesterov, weight_decay=decay)
    kind = torch.optim.Adam if name == "adam" else torch.optim.AdamW
    betas = (config.get("beta1", 0.9), config.get("beta2", 0.999))
    return kind(parameters, lr=config["learningRate"], betas=betas, eps=config.get("epsilon", 1e-8), weight_decay=decay)


def optimizer_runs(steps=20):
    """Float64 trajectories under given gradients of very different sizes, one of them always zero."""
    rng = np.random.default_rng(5)
    start = rng.normal(0, 1, 6).astype(np.float32)
    gradients = (rng.normal(0, 1, (steps, 6)) * [1, 1e-3, 1e-7, 30, 0, 1]).astype(np.float32)
    runs = []
    for name, config in OPTIMIZERS:
        parameter = torch.nn.Parameter(torch.tensor(start.astype(np.float64)))
        optimizer = build_optimizer(name, [parameter], config)
        trajectory = []
        for gradient in gradients:
            parameter.grad = torch.tensor(gradient.astype(np.float64))
            optimizer.step()
            trajectory.append(parameter.detach().tolist())
        runs.append({"optimizer": name, "config": config, "trajectory": trajectory})
    return {"start": start.tolist(), "gradients": gradients.tolist(), "runs": runs}


def write_json(name, value):
    (FOLDER / name).write_text(json.dumps(value) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    FOLDER.mkdir(exist_ok=True)
    for model, seed, spec, count in CASES:
        name = f"{model}-{spec['height']}x{spec['width']}-seed-{seed}.safetensors"
        print(name)
        write_safetensors(FOLDER / name, *run_case(model, seed, spec, count))
    write_json("initial-weights.json", initial_weights())
    write_json("optimizers.json", optimizer_runs())
