#version 330
in vec3 position;
in vec3 normal;
in vec2 uv;
in vec3 tint;
in int hand;
uniform mat4 world_to_clip;
out vec3 world_position;
out vec3 world_normal;
out vec2 texture_uv;
out vec3 vertex_tint;
flat out int hand_index;

void main() {
    world_position = position;
    world_normal = normal;
    texture_uv = uv;
    vertex_tint = tint;
    hand_index = hand;
    gl_Position = world_to_clip * vec4(position, 1.0);
}
