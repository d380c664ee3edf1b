"""The report's autoencoder in PyTorch on the CPU, one thread a process, as a contestant of `npm run bench`.

One JSON object a line: says {"ready": true} once it is set up, answers {"steps": n} on stdin with the examples it trained
on and the milliseconds of each step, leaves at the end of stdin. With two or more processes DistributedDataParallel averages
the gradients over gloo; every process takes an equal part of each batch.
"""

import argparse
import datetime
import json
import os
import sys
import tempfile
import time

# Before PyTorch is loaded: its BLAS and OpenMP would start a thread per core.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy
import torch
import torch.distributed
import torch.multiprocessing
from torch import nn

NEVER = datetime.timedelta(days=1)


class Autoencoder(nn.Module):
    """28x28 pictures through a code of 49 numbers and back; unpooling puts values where the maxima stood."""

    def __init__(self):
        super().__init__()
        self.enc1 = nn.Conv2d(1, 32, 3, padding=1)
        self.enc2 = nn.Conv2d(32, 16, 3, padding=1)
        self.fc1 = nn.Linear(784, 80)
        self.fc2 = nn.Linear(80, 49)
        self.fc3 = nn.Linear(49, 80)
        self.fc4 = nn.Linear(80, 784)
        self.dec2 = nn.ConvTranspose2d(16, 32, 3, padding=1)
        self.dec1 = nn.ConvTranspose2d(32, 1, 3, padding=1)
        self.pool = nn.MaxPool2d(2, return_indices=True)
        self.unpool = nn.MaxUnpool2d(2)

    def forward(self, images):
        pooled1, positions1 = self.pool(torch.tanh(self.enc1(images)))
        pooled2, positions2 = self.pool(torch.tanh(self.enc2(pooled1)))
        code = self.fc2(torch.tanh(self.fc1(pooled2.flatten(1))))
        inner = self.fc4(torch.tanh(self.fc3(code))).view_as(pooled2)
        middle = self.dec2(torch.tanh(self.unpool(inner, positions2)))
        return torch.relu(self.dec1(torch.tanh(self.unpool(middle, positions1))))


def trainer(rank, arguments):
    """Returns a function that trains one step on this process's part of the next batch."""
    torch.manual_seed(42)
    model = Autoencoder()
    if arguments.processes > 1:
        model = nn.parallel.DistributedDataParallel(model)
    optimizer = torch.optim.Adam(model.parameters(), lr=arguments.learning_rate)
    mean_squared_error = nn.MSELoss()
    pixels = numpy.fromfile(arguments.images, dtype=numpy.uint8).reshape(-1, 1, 28, 28)
    images = torch.from_numpy(pixels.astype(numpy.float32) / 255)
    part = arguments.batch_size // arguments.processes
    batches = len(images) // arguments.batch_size
    step = 0

    def train():
        nonlocal step
        first = (step % batches) * arguments.batch_size + rank * part
        batch = images[first : first + part]
        loss = mean_squared_error(model(batch), batch)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1

    return train, part * arguments.processes


def timed(train, steps):
    """Milliseconds of each of so many steps."""
    times = []
    for _ in range(steps):
        start = time.perf_counter()
        train()
        times.append((time.perf_counter() - start) * 1000)
    return times


def set_up(rank, arguments, meeting_place):
    torch.set_num_threads(1)
    if hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, {cores[rank % len(cores)]})
    if arguments.processes > 1:
        torch.distributed.init_process_group(
            "gloo", init_method=f"file://{meeting_place}", rank=rank, world_size=arguments.processes, timeout=NEVER
        )
    return trainer(rank, arguments)


def agree(steps, arguments):
    """The number of steps that rank 0 was told; 0 to leave."""
    if arguments.processes == 1:
        return steps
    agreed = torch.tensor([steps])
    torch.distributed.broadcast(agreed, 0)
    return int(agreed[0])


def lead(arguments, meeting_place):
    train, examples = set_up(0, arguments, meeting_place)
    say({"ready": True, "version": torch.__version__})
    for line in sys.stdin:
        steps = agree(json.loads(line)["steps"], arguments)
        say({"examples": steps * examples, "stepMs": timed(train, steps)})
    agree(0, arguments)


def follow(rank, arguments, meeting_place):
    train, _ = set_up(rank, arguments, meeting_place)
    while steps := agree(0, arguments):
        timed(train, steps)


def say(value):
    print(json.dumps(value), flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--processes", type=int, required=True)
    parser.add_argument("--images", required=True)
    parser.add_argument("--batch-size", type=int, required=True)
    parser.add_argument("--learning-rate", type=float, required=True)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        meeting_place = os.path.join(folder, "meeting-place")
        processes = torch.multiprocessing.get_context("spawn")
        followers = [
            processes.Process(target=follow, args=(rank, arguments, meeting_place), daemon=True)
            for rank in range(1, arguments.processes)
        ]
        for follower in followers:
            follower.start()
        lead(arguments, meeting_place)
        for follower in followers:
            follower.join()


if __name__ == "__main__":
    main()
