// The share of the first light that reaches a point, with a penumbra that widens with the distance from what casts it
// (Fernando, "Percentage-Closer Soft Shadows", 2005).
const float MOST_LIFT_M = 0.02;
const float GRAZED_LIFT_M = 0.018;  // towards the light: a surface that it grazes shadows itself raggedly
const int BLOCKER_TAPS = 5;
const int SHADOW_TAPS = 12;
// A spiral of golden angles: each tap stands for the same area of a disc.
const vec2 DISC[SHADOW_TAPS] = vec2[](
    vec2(0.204, 0.000), vec2(-0.261, 0.239), vec2(0.040, -0.455), vec2(0.329, 0.429),
    vec2(-0.603, -0.107), vec2(0.571, -0.363), vec2(-0.191, 0.711), vec2(-0.364, -0.702),
    vec2(0.791, 0.289), vec2(-0.822, 0.339), vec2(0.396, -0.847), vec2(0.293, 0.934));
uniform mat4 world_to_shadow;
uniform vec4 shadow_range;  // near, far (m), texels of the map in a metre at 1 m (near light) or everywhere, w: near light
uniform float light_size;
uniform sampler2D shadow_depth;
uniform sampler2DShadow shadow_map;

float distance_of(float depth) {
    float near = shadow_range.x, far = shadow_range.y;
    return mix(near + depth * (far - near), near * far / (far - depth * (far - near)), shadow_range.w);
}

// A place in the map, lifted off the surface, so that taps within a radius do not find the surface itself.
vec3 lifted(vec3 position, vec3 normal, float sine, float radius_m) {
    float lift = min(0.8 * radius_m * sine, MOST_LIFT_M);
    vec4 clip = world_to_shadow * vec4(position + normal * lift, 1.0);
    return clip.xyz / clip.w * 0.5 + 0.5;
}

float lit_share(vec3 position, vec3 normal, vec3 light) {
    float texel = 1.0 / float(textureSize(shadow_depth, 0).x);
    float away = (world_to_shadow * vec4(position, 1.0)).w;
    float scale = shadow_range.z / mix(1.0, away, shadow_range.w);  // texels in a metre, here
    // Depths are along the map's axis, so a surface is steep by its angle to that.
    vec3 axis = mix(light, -vec3(world_to_shadow[0].w, world_to_shadow[1].w, world_to_shadow[2].w), shadow_range.w);
    float cosine = dot(normal, light), sine = length(cross(normal, axis));
    position += GRAZED_LIFT_M * (1.0 - smoothstep(-0.1, 0.4, cosine)) * light;
    float search = clamp(light_size * 0.15 * scale, 2.0, 24.0);
    vec3 at = lifted(position, normal, sine, (1.0 + search) / scale);
    bool inside = all(greaterThan(at, vec3(0.0))) && all(lessThan(at, vec3(1.0)));
    // Interleaved gradient noise (Jimenez, "Next Generation Post Processing in Call of Duty", 2014).
    float angle = 6.2831853 * fract(52.9829189 * fract(dot(gl_FragCoord.xy, vec2(0.06711056, 0.00583715))));
    mat2 turn = mat2(cos(angle), sin(angle), -sin(angle), cos(angle));
    float here = distance_of(at.z), blockers = 0.0, sum = 0.0;
    for (int i = 0; i < BLOCKER_TAPS; i++) {
        float there = distance_of(texture(shadow_depth, at.xy + turn * DISC[2 * i + 3] * search * texel).r);
        float blocks = there < here - 0.002 ? 1.0 : 0.0;
        blockers += blocks;
        sum += blocks * there;
    }
    float blocker = sum / max(blockers, 1.0);
    float penumbra = 0.5 * light_size * (here - blocker) / mix(1.0, blocker, shadow_range.w);
    float radius = clamp(penumbra * scale, 1.2, 32.0);
    at = lifted(position, normal, sine, (1.0 + radius) / scale);
    float share = 0.0;
    for (int i = 0; i < SHADOW_TAPS; i++) {
        share += texture(shadow_map, vec3(at.xy + turn * DISC[i] * radius * texel, at.z));
    }
    share = blockers > 0.0 && inside && cosine > -0.45 ? share / float(SHADOW_TAPS) : 1.0;
    // Lit beyond the map, without a line along its border.
    vec2 border = smoothstep(0.46, 0.5, abs(at.xy - 0.5));
    return mix(share, 1.0, max(border.x, border.y));
}
