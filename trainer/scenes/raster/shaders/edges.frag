// Smooths the steps of outlines: where the brightness changes much, the mean of the px around each, weighted 1 2 1.
#version 330
const float FAINT = 0.04, STRONG = 0.12;  // contrasts
uniform sampler2D colour_texture;  // and brightness
out vec4 smoothed;

// The mean of four px.
vec4 around(vec2 corner) {
    return texture(colour_texture, (gl_FragCoord.xy + corner) / vec2(textureSize(colour_texture, 0)));
}

void main() {
    vec4 here = texelFetch(colour_texture, ivec2(gl_FragCoord.xy), 0);
    vec4 a = around(vec2(-0.5, -0.5)), b = around(vec2(0.5, -0.5)), c = around(vec2(-0.5, 0.5)), d = around(vec2(0.5));
    float low = min(min(a.a, b.a), min(c.a, d.a)), high = max(max(a.a, b.a), max(c.a, d.a));
    smoothed = mix(here, 0.25 * (a + b + c + d), smoothstep(FAINT, STRONG, (high - low) / max(high, 1e-6)));
}
