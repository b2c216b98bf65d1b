"""The processes that train a network together: those that torchrun has started, or this one alone."""

import logging
import os

import torch
from lightning_fabric import Fabric

from handpose_live.inference.device import pick_device
from handpose_live.types.errors import HandPoseError


def launch_fabric(device: str | None, batch: int) -> Fabric:
    """Connect the processes.

    Args:
        device: "cuda", "mps", "cpu" or None for the best that is available.
        batch: samples a step, of all processes together.

    Raises:
        HandPoseError: the device is not available, or the batch cannot be divided evenly.
    """
    logging.getLogger("lightning_fabric").setLevel(logging.WARNING)
    kind = torch.device(pick_device(device))
    if kind.type == "cuda":
        torch.set_num_threads(1)  # too little work is left for the CPU to be worth sharing
    local, world = int(os.environ.get("LOCAL_WORLD_SIZE", "1")), int(os.environ.get("WORLD_SIZE", "1"))
    if batch % world:
        raise HandPoseError(f"{world} processes cannot share batches of {batch} evenly; start fewer or more.")
    fabric = Fabric(
        accelerator=kind.type,
        devices=local,
        num_nodes=world // local,
        strategy="ddp" if world > 1 else "auto",
        precision="bf16-mixed" if supports_bfloat16(kind) else "32-true",
    )
    fabric.launch()
    return fabric


def supports_bfloat16(device: torch.device) -> bool:
    """Whether bfloat16 is fast: it halves the memory traffic of GPUs, and CPUs without AVX-512 have to emulate it.

    CPUs with AVX-512 are up to three times as fast with it, others thirty times slower.
    """
    if device.type == "cpu":
        return bool(torch.backends.cpu.get_cpu_capability() == "AVX512")
    return device.type == "cuda"
