// The share of the environment's light that reaches each px, from the depth around it (McGuire et al., "The Alchemy
// Screen-Space Ambient Obscurance Algorithm", 2011), near by for the gaps between fingers and farther for limbs.
#version 330
const int TAPS = 10;
const float GOLDEN_ANGLE = 2.39996323;
const float NEAR_RADIUS_M = 0.012, FAR_RADIUS_M = 0.14;
in vec2 image_uv;
uniform sampler2D depth_texture;
uniform vec2 half_tangents;  // of the field of view
uniform float strength;
out float open;

vec3 place(vec2 uv) {
    float depth = min(texture(depth_texture, uv).r, 1000.0);
    return vec3((uv * 2.0 - 1.0) * half_tangents, 1.0) * depth;
}

void main() {
    vec3 here = place(image_uv);
    if (here.z > 999.0) {
        open = 1.0;
        return;
    }
    vec3 normal = normalize(cross(dFdy(here), dFdx(here)));
    normal *= -sign(dot(normal, here));
    float turn = 1.5707963 * fract(dot(floor(gl_FragCoord.xy), vec2(0.5, 0.25)));
    float sum = 0.0;
    for (int i = 0; i < TAPS; i++) {
        float share = (float(i) + 0.5) / float(TAPS), angle = float(i) * GOLDEN_ANGLE + turn;
        float radius = mix(NEAR_RADIUS_M, FAR_RADIUS_M, share * share);
        vec2 offset = vec2(cos(angle), sin(angle)) * radius / (2.0 * half_tangents * here.z);
        vec3 gap = place(image_uv + offset) - here;
        float distance2 = dot(gap, gap);
        sum += max(dot(gap, normal) - 0.02 * radius, 0.0) * radius / (distance2 + 0.02 * radius * radius)
            * smoothstep(9.0 * radius * radius, radius * radius, distance2);
    }
    open = clamp(1.0 - strength * sum / float(TAPS), 0.0, 1.0);
}
