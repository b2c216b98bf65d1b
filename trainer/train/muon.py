"""The optimiser of the live network."""

from typing import Any, cast

import torch
from torch import Tensor, nn
from torch.optim import AdamW

MOMENTUM = 0.95
UPDATE_RMS = 0.4  # root mean square of an update at a learning rate of 1; of AdamW it is 0.2 to 0.4 (Liu et al. 2025)
# Of the quintic iteration that takes singular values from (0, 1] to about 1, the small ones first.
ITERATIONS, COEFFICIENTS = 5, (3.4445, -4.7750, 2.0315)


class Muon(AdamW):
    """Muon for the convolutions within a network, AdamW for everything else.

    The weights of a convolution, as a matrix, are updated by the orthogonalised momentum of their gradient: equally in
    all directions, while AdamW prefers a few (Jordan et al. 2024, "Muon: an optimizer for hidden layers"). Updates
    are scaled so that AdamW's learning rate and weight decay apply too (Liu et al. 2025, "Muon is scalable").
    PyTorch's own Muon rejects weights of more than two dimensions, and thus those of all convolutions.
    """

    def __init__(self, network: nn.Module, *, learning_rate: float, weight_decay: float, dtype: torch.dtype) -> None:
        """Args:
        network: its first and last layers and its depthwise convolutions are left to AdamW.
        learning_rate, weight_decay: as of AdamW.
        dtype: in which momenta are orthogonalised; bfloat16 is enough.
        """
        layers = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
        matrices = [layer.weight for layer in layers[1:-1] if layer.groups == 1]
        shapes = dict.fromkeys(weights.shape for weights in matrices)
        # Matrices of the same shape are orthogonalised together, which is faster on a GPU.
        self._groups = [[weights for weights in matrices if weights.shape == shape] for shape in shapes]
        self._dtype = dtype
        device = next(network.parameters()).device
        on_gpu = (
            device.type == "cuda"
        )  # nothing may read a value back there, or a step could not be captured in a CUDA graph
        rate = torch.tensor(learning_rate, device=device) if on_gpu else learning_rate
        super().__init__(network.parameters(), lr=rate, weight_decay=weight_decay, capturable=on_gpu)
        self.param_groups[0]["initial_lr"] = learning_rate  # schedules compute with the number

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Restore a state that was saved on any kind of device."""
        current, saved = self.param_groups[0], state_dict["param_groups"][0]
        rate = float(saved["lr"])
        group = saved | {
            "lr": current["lr"].fill_(rate) if isinstance(current["lr"], Tensor) else rate,
            "capturable": current["capturable"],
        }
        super().load_state_dict(state_dict | {"param_groups": [group]})

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Update all weights that have a gradient; the gradients of matrices are consumed."""
        group = self.param_groups[0]
        for matrices in self._groups:
            trained = [weights for weights in matrices if weights.grad is not None]
            if trained:
                self._update(trained, group["lr"], group["weight_decay"])
        super().step(closure)

    def _update(self, matrices: list[Tensor], learning_rate: float | Tensor, weight_decay: float) -> None:
        """Update weights of one shape and consume their gradients."""
        momenta = []
        for weights in matrices:
            state = self.state[weights]
            if "momentum" not in state:
                # AdamW reads the step of all weights when its state is loaded.
                state["step"], state["momentum"] = torch.tensor(0.0), torch.zeros_like(weights)
            momenta.append(state["momentum"])
        gradients = torch.stack([cast(Tensor, weights.grad) for weights in matrices])
        torch._foreach_lerp_(momenta, gradients.unbind(), 1 - MOMENTUM)
        directions = gradients.lerp_(torch.stack(momenta), MOMENTUM).flatten(2)
        updates = orthogonalise(directions.to(self._dtype)).to(gradients.dtype).view_as(gradients)
        torch._foreach_mul_(matrices, 1 - learning_rate * weight_decay)
        scale = learning_rate * (UPDATE_RMS * max(directions.shape[1:]) ** 0.5)
        torch._foreach_sub_(matrices, (updates * scale).unbind())
        for weights in matrices:
            weights.grad = None


def orthogonalise(matrices: Tensor) -> Tensor:
    """Approximate the nearest orthogonal matrices of ``(..., a, b)``: singular values of 0.7 to 1.2 (Newton-Schulz)."""
    tall = matrices.shape[-2] > matrices.shape[-1]
    x: Tensor = matrices.mT if tall else matrices
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    a, b, c = COEFFICIENTS
    for _ in range(ITERATIONS):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return x.mT if tall else x
