// The mean of the px around each that are at its depth: it smooths the noise of the shadow's taps.
#version 330
uniform sampler2D noisy_texture;  // shares of light, and depth
out vec4 smoothed;

void main() {
    ivec2 px = ivec2(gl_FragCoord.xy), last = textureSize(noisy_texture, 0) - 1;
    float depth = texelFetch(noisy_texture, px, 0).b;
    vec3 sum = vec3(0.0);
    for (int i = 0; i < 9; i++) {
        vec3 found = texelFetch(noisy_texture, clamp(px + ivec2(i % 3 - 1, i / 3 - 1), ivec2(0), last), 0).rgb;
        sum += vec3(found.xy, 1.0) * max(1.0 - 25.0 * abs(found.z - depth) / depth, 0.0001);
    }
    smoothed = vec4(sum.xy / sum.z, depth, 1.0);
}
