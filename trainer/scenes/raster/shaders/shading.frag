// Light on the surfaces: lamps, the environment, and what bleeds through skin.
#version 330
#include "view.glsl"
const vec3 LUMINANCE = vec3(0.2126, 0.7152, 0.0722);
// How far light of each colour bleeds through skin, as a share of the terminator that it softens.
const vec3 BLEEDING = vec3(0.42, 0.16, 0.09);
uniform sampler2D albedo_texture;
uniform sampler2D normal_texture;
uniform sampler2D gloss_texture;
uniform sampler2D reaching_texture;
uniform sampler2D background_texture;
#if LIGHTS > 0
uniform vec4 light_positions[LIGHTS];  // w is 0 for distant lights
uniform vec3 light_colours[LIGHTS];
#endif
uniform vec3 environment[4];
layout(location = 0) out vec4 colour;  // and the root of its luminance
layout(location = 1) out vec2 depth_and_hand;

vec3 environment_towards(vec3 direction) {
    vec3 slopes = direction.x * environment[1] + direction.y * environment[2] + direction.z * environment[3];
    return max(environment[0] + slopes, 0.0);
}

// GGX with Smith's visibility and Schlick's Fresnel, times pi (Karis, "Real Shading in Unreal Engine 4", 2013);
// rough surfaces reflect less at grazing angles.
float specular(vec3 normal, vec3 view, vec3 light, float roughness) {
    vec3 halfway = normalize(view + light);
    float facing = max(dot(normal, view), 0.1), lit = max(dot(normal, light), 0.0), aligned = dot(normal, halfway);
    float a2 = roughness * roughness * roughness * roughness, peak = aligned * aligned * (a2 - 1.0) + 1.0;
    float k = (roughness + 1.0) * (roughness + 1.0) / 8.0;
    float visibility = 0.25 / ((facing * (1.0 - k) + k) * (lit * (1.0 - k) + k));
    float away = 1.0 - max(dot(halfway, view), 0.0);
    float fresnel = 0.04 + max(0.96 - roughness, 0.0) * away * away * away * away * away;
    return a2 / (peak * peak) * visibility * fresnel * lit;
}

// The shares of light that reach a place (environment, first light), from the px of half the resolution around it that
// are at its depth.
vec2 reaching(float depth) {
    vec2 place = 0.5 * gl_FragCoord.xy - 0.25, between = fract(place);
    ivec2 corner = ivec2(place), last = textureSize(reaching_texture, 0) - 1;
    vec3 sum = vec3(0.0);
    for (int i = 0; i < 4; i++) {
        ivec2 step = ivec2(i & 1, i >> 1);
        vec3 found = texelFetch(reaching_texture, min(corner + step, last), 0).rgb;
        vec2 weights = mix(1.0 - between, between, vec2(step));
        float same = max(1.0 - 25.0 * abs(found.z - depth) / depth, 0.0001);
        sum += vec3(found.xy, 1.0) * same * (weights.x * weights.y + 0.01);
    }
    return sum.xy / sum.z;
}

vec3 shade(ivec2 px, float depth) {
    vec2 reached = reaching(depth);
    float open = reached.x;
    vec3 position = (camera_to_world * vec4(camera_position(gl_FragCoord.xy, depth), 1.0)).xyz;
    vec3 view = normalize(camera_to_world[3].xyz - position);
    vec3 normal = normalize(texelFetch(normal_texture, px, 0).xyz);
    vec4 gloss = texelFetch(gloss_texture, px, 0);
    vec3 bleeding = BLEEDING * gloss.z;

    vec3 diffuse = environment_towards(normal) * mix(vec3(open), vec3(sqrt(open), open, open), 0.6 * gloss.z);
    float rim = 1.0 - max(dot(normal, view), 0.0);
    float mirrored = 0.04 + 0.4 * max(0.96 - gloss.x, 0.0) * rim * rim * rim * rim * rim;
    vec3 shine = environment_towards(reflect(-view, normal)) * open * mirrored;
#if LIGHTS > 0
    for (int i = 0; i < LIGHTS; i++) {
        vec3 towards = light_positions[i].xyz - light_positions[i].w * position;
        vec3 strength = light_colours[i] / mix(1.0, dot(towards, towards), light_positions[i].w);
        vec3 light = normalize(towards);
        // Light wraps around the terminator, more so the red (Penner and Borshukov, GPU Pro 2, simplified).
        vec3 lit = max(dot(normal, light) + bleeding, 0.0) / (1.0 + bleeding);
        lit *= mix(vec3(1.0), lit, bleeding);
        float shadow = i == 0 ? reached.y : 0.4 + 0.6 * open;
        diffuse += strength * lit * mix(vec3(shadow), vec3(sqrt(shadow), shadow, shadow), 0.6 * gloss.z);
        shine += strength * shadow * specular(normal, view, light, gloss.x);
    }
#endif
    return texelFetch(albedo_texture, px, 0).rgb * (diffuse + gloss.w) + gloss.y * 2.0 * shine;
}

void main() {
    ivec2 px = ivec2(gl_FragCoord.xy);
    float depth = metres(depth_at(px));
    depth_and_hand = vec2(depth, texelFetch(normal_texture, px, 0).w);
    vec3 seen = texelFetch(background_texture, px, 0).rgb;
    if (!isinf(depth)) seen = shade(px, depth);
    colour = vec4(seen, sqrt(dot(seen, LUMINANCE)));
}
