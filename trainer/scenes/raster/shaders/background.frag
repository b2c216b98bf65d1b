#version 330
in vec2 image_uv;
uniform sampler2D image;
out vec4 colour;

void main() {
    colour = vec4(texture(image, image_uv).rgb, 1.0);
}
