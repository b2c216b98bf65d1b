"""The optimiser of the live network."""

import torch
from torch import Tensor, nn
from torch.optim import AdamW

MOMENTUM = 0.95
STRIDE = 0.4  # root mean square of a step at a learning rate of 1; of AdamW it is 0.2 to 0.4 (Liu et al. 2025)
# Of the quintic iteration that takes singular values from (0, 1] to about 1, soonest the small ones.
ITERATIONS, COEFFICIENTS = 5, (3.4445, -4.7750, 2.0315)


class Muon(AdamW):
    """Muon on the convolutions within a network, AdamW on all else.

    The weights of a convolution, as a matrix, move along their gradient's momentum made orthogonal: in all
    directions alike, where AdamW moves along few (Jordan et al. 2024, "Muon: an optimizer for hidden layers"). Steps
    are scaled so that AdamW's learning rate and weight decay serve here too (Liu et al. 2025, "Muon is scalable").
    PyTorch's own Muon refuses weights of more than two dimensions, so those of all convolutions.
    """

    def __init__(self, network: nn.Module, *, learning_rate: float, weight_decay: float, dtype: torch.dtype) -> None:
        """Args:
        network: its first and last layers, and convolutions channel by channel, are AdamW's.
        learning_rate, weight_decay: as of AdamW.
        dtype: that momenta are made orthogonal in; bfloat16 is enough.
        """
        layers = [layer for layer in network.modules() if isinstance(layer, nn.Conv2d)]
        self._matrices = [layer.weight for layer in layers[1:-1] if layer.groups == 1]
        self._dtype = dtype
        super().__init__(network.parameters(), lr=learning_rate, weight_decay=weight_decay)

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        """Move all weights that have a gradient; those of matrices are used up."""
        group = self.param_groups[0]
        for weights in self._matrices:
            if weights.grad is None:
                continue
            state = self.state[weights]
            if "momentum" not in state:
                # AdamW asks all weights for their step when it is loaded.
                state["step"], state["momentum"] = torch.tensor(0.0), torch.zeros_like(weights)
            momentum = state["momentum"].lerp_(weights.grad, 1 - MOMENTUM)
            direction = orthogonal(weights.grad.lerp(momentum, MOMENTUM).flatten(1).to(self._dtype))
            weights.mul_(1 - group["lr"] * group["weight_decay"])
            stride = group["lr"] * STRIDE * max(direction.shape) ** 0.5
            weights.add_(direction.view_as(weights), alpha=-stride)
            weights.grad = None
        super().step(closure)


def orthogonal(matrix: Tensor) -> Tensor:
    """The orthogonal matrix next to a matrix, roughly: singular values of about 0.7 to 1.2, by Newton-Schulz steps."""
    tall = matrix.shape[0] > matrix.shape[1]
    x: Tensor = matrix.mT if tall else matrix
    x = x / (x.norm() + 1e-7)
    a, b, c = COEFFICIENTS
    for _ in range(ITERATIONS):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return x.mT if tall else x
