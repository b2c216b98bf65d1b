// One triangle that covers the image, as far away as possible.
#version 330
out vec2 image_uv;

void main() {
    image_uv = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;
    gl_Position = vec4(image_uv * 2.0 - 1.0, 1.0, 1.0);
}
