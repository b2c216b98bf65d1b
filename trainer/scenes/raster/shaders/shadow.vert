#version 330
in vec3 position;
uniform mat4 world_to_shadow;

void main() {
    gl_Position = world_to_shadow * vec4(position, 1.0);
}
