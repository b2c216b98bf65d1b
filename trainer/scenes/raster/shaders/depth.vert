#version 330
in vec3 position;
in int hand;
uniform mat4 world_to_clip;
flat out int hand_index;
out float depth;

void main() {
    hand_index = hand;
    gl_Position = world_to_clip * vec4(position, 1.0);
    depth = gl_Position.w;
}
