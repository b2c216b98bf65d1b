// What light reaches each px, at half the resolution: the share of the environment's, from the depth around it
// (McGuire et al., "The Alchemy Screen-Space Ambient Obscurance Algorithm", 2011), near by for the gaps between fingers
// and farther for limbs; and the share of the first light's, from its shadow map.
#version 330
#include "view.glsl"
#include "shadow.glsl"
const int TAPS = 7;
const float GOLDEN_ANGLE = 2.39996323;
const float NEAR_RADIUS_M = 0.012, FAR_RADIUS_M = 0.14;
const float FAR_AWAY_M = 1000.0;
uniform float strength;
uniform sampler2D normal_texture;
uniform vec4 key_position;  // w is 0 for a distant light
out vec4 open_lit_depth;

vec3 place(ivec2 px) {
    ivec2 inside = clamp(px, ivec2(0), textureSize(depth_texture, 0) - 1);
    return camera_position(vec2(inside) + 0.5, min(metres(depth_at(inside)), FAR_AWAY_M));
}

float open_share(vec3 here, vec3 normal, ivec2 px) {
    float turned = 1.5707963 * fract(dot(floor(gl_FragCoord.xy), vec2(0.5, 0.25)));
    mat2 turn = mat2(cos(turned), sin(turned), -sin(turned), cos(turned));
    float sum = 0.0;
    for (int i = 0; i < TAPS; i++) {
        float share = (float(i) + 0.5) / float(TAPS), angle = float(i) * GOLDEN_ANGLE;
        float radius = mix(NEAR_RADIUS_M, FAR_RADIUS_M, share * share);
        vec2 offset = turn * vec2(cos(angle), sin(angle)) * radius * middle_and_focal.z / here.z;
        vec3 gap = place(px + ivec2(offset)) - here;
        float distance2 = dot(gap, gap);
        sum += max(dot(gap, normal) - 0.04 * radius, 0.0) * radius / (distance2 + 0.02 * radius * radius)
            * smoothstep(9.0 * radius * radius, radius * radius, distance2);
    }
    return clamp(1.0 - strength * sum / float(TAPS), 0.0, 1.0);
}

void main() {
    ivec2 px = 2 * ivec2(gl_FragCoord.xy);
    vec3 here = place(px);
    vec3 position = (camera_to_world * vec4(here, 1.0)).xyz;
    vec3 light = normalize(key_position.xyz - key_position.w * position);
    vec3 normal = texelFetch(normal_texture, px, 0).xyz;
    float open = open_share(here, transpose(mat3(camera_to_world)) * normal, px);
    open_lit_depth = vec4(open, lit_share(position, normal, light), here.z, 1.0);
}
