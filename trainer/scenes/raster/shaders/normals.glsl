// Smooth normals: the sum of the crosses of the faces around each vertex, which weighs them by area.
#version 430
layout(local_size_x = 64) in;
layout(std430, binding = 0) readonly buffer Positions { float positions[]; };
layout(std430, binding = 1) readonly buffer Faces { int faces[]; };
layout(std430, binding = 2) readonly buffer Starts { int starts[]; };
layout(std430, binding = 3) readonly buffer Around { int around[]; };
layout(std430, binding = 4) writeonly buffer Normals { float normals[]; };
uniform int vertices;

vec3 corner(int index) {
    int start = 3 * faces[index];
    return vec3(positions[start], positions[start + 1], positions[start + 2]);
}

void main() {
    int vertex = int(gl_GlobalInvocationID.x);
    if (vertex >= vertices) return;
    vec3 sum = vec3(0.0);
    for (int i = starts[vertex]; i < starts[vertex + 1]; i++) {
        int face = 3 * around[i];
        vec3 a = corner(face);
        sum += cross(corner(face + 1) - a, corner(face + 2) - a);
    }
    vec3 normal = sum / max(length(sum), 1e-12);
    for (int axis = 0; axis < 3; axis++) normals[3 * vertex + axis] = normal[axis];
}
