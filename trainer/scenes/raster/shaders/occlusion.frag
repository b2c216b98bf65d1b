// The share of the environment's light that reaches each px, from the depth around it (McGuire et al., "The Alchemy
// Screen-Space Ambient Obscurance Algorithm", 2011), near by for the gaps between fingers and farther for limbs.
#version 330
#include "view.glsl"
const int TAPS = 10;
const float GOLDEN_ANGLE = 2.39996323;
const float NEAR_RADIUS_M = 0.012, FAR_RADIUS_M = 0.14;
const float FAR_AWAY_M = 1000.0;
uniform float strength;
out float open;

vec3 place(vec2 px) {
    ivec2 nearest = clamp(ivec2(px), ivec2(0), textureSize(depth_texture) - 1);
    return camera_position(vec2(nearest) + 0.5, min(metres(depth_at(nearest, 0)), FAR_AWAY_M));
}

void main() {
    vec2 px = 2.0 * gl_FragCoord.xy;
    vec3 here = place(px);
    if (here.z >= FAR_AWAY_M) {
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
        vec3 gap = place(px + vec2(cos(angle), sin(angle)) * radius * middle_and_focal.z / here.z) - here;
        float distance2 = dot(gap, gap);
        sum += max(dot(gap, normal) - 0.04 * radius, 0.0) * radius / (distance2 + 0.02 * radius * radius)
            * smoothstep(9.0 * radius * radius, radius * radius, distance2);
    }
    open = clamp(1.0 - strength * sum / float(TAPS), 0.0, 1.0);
}
