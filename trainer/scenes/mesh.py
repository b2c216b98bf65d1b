"""Triangle meshes and their materials: what a scene is made of."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from handpose_live.types.arrays import Floats, Image

WHITE = (1.0, 1.0, 1.0)
NO_HAND = -1


@dataclass(frozen=True, eq=False)
class Material:
    """How a surface reflects light.

    Attributes:
        colour: linear RGB, 0..1; multiplies the texture.
        texture: ``(h, w, 3)`` uint8 sRGB, or None; the first row is at v = 1.
        roughness: 0 (mirror) to 1 (matt).
        specular: strength of the specular reflection, 0..1.
        subsurface: strength of light that bleeds through, 0 (cloth, wood) to 1 (skin).
        bump: depth of procedural bumps of the normals, 0..1.
        emission: 0..1, light of its own, as of screens and lamps.
    """

    colour: tuple[float, float, float] = WHITE
    texture: Image | None = None
    roughness: float = 0.8
    specular: float = 0.2
    subsurface: float = 0.0
    bump: float = 0.0
    emission: float = 0.0


@dataclass(frozen=True, eq=False)
class Mesh:
    """A triangle mesh in world coordinates: metres, z up.

    Attributes:
        vertices: ``(v, 3)`` float32.
        faces: ``(f, 3)`` int32, counter-clockwise seen from outside.
        material: of the whole mesh.
        uvs: ``(v, 2)`` float32 texture coordinates, v up; None without a texture.
        colours: ``(v, 3)`` float32 linear RGB that multiplies the material's; None for none.
        normals: ``(v, 3)`` unit, float32; None for smooth normals computed from the faces.
        hands: ``(v,)`` int32, index of the hand in the scene that the vertex belongs to, or ``NO_HAND``; None for no
            hand at all. Sleeves, rings and objects belong to no hand.
        two_sided: whether the back of a face is drawn too, as of cloth.
    """

    vertices: Floats
    faces: NDArray[np.int32]
    material: Material = field(default_factory=Material)
    uvs: Floats | None = None
    colours: Floats | None = None
    normals: Floats | None = None
    hands: NDArray[np.int32] | None = None
    two_sided: bool = False
