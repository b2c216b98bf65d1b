// Shading of one surface: lights, the shadow of the first, the environment, and what bleeds through skin.
#version 330
#include "shadow.glsl"
const int MAX_LIGHTS = 4;
const float PI = 3.14159265;
const float BUMP_TILES = 40.0;  // of the bump texture, for each unit of the texture coordinates
// How far light of each colour bleeds through skin, as a share of the terminator that it softens.
const vec3 BLEEDING = vec3(0.42, 0.16, 0.09);
in vec3 world_position;
in vec3 world_normal;
in vec2 texture_uv;
in vec3 vertex_tint;
uniform vec3 eye;
uniform vec2 image_size;
uniform int lights;
uniform vec4 light_positions[MAX_LIGHTS];  // w is 0 for distant lights
uniform vec3 light_colours[MAX_LIGHTS];
uniform vec3 environment[4];
uniform vec3 material_colour;
uniform vec4 gloss;  // roughness, specular, subsurface, bump
uniform float emission;
uniform sampler2D albedo_texture;
uniform sampler2D bump_texture;
uniform sampler2D occlusion_texture;
out vec4 colour;

vec3 environment_towards(vec3 direction) {
    vec3 slopes = direction.x * environment[1] + direction.y * environment[2] + direction.z * environment[3];
    return max(environment[0] + slopes, 0.0);
}

// Tilts a normal by the slopes of the bump texture, in a frame of the texture's directions (Schüler, "Normal Mapping
// Without Precomputed Tangents", 2013).
vec3 bumped(vec3 normal, vec3 dx, vec3 dy) {
    vec2 slopes = texture(bump_texture, texture_uv * BUMP_TILES).rg * 2.0 - 1.0;
    vec2 du = dFdx(texture_uv), dv = dFdy(texture_uv);
    vec3 across = cross(dy, normal), along = cross(normal, dx);
    vec3 tangent = across * du.x + along * dv.x, bitangent = across * du.y + along * dv.y;
    float scale = inversesqrt(max(max(dot(tangent, tangent), dot(bitangent, bitangent)), 1e-20));
    return normalize(normal + gloss.w * scale * (slopes.x * tangent + slopes.y * bitangent));
}

// GGX with Smith's visibility and Schlick's Fresnel, times pi (Karis, "Real Shading in Unreal Engine 4", 2013).
float specular(vec3 normal, vec3 view, vec3 light, float roughness) {
    vec3 halfway = normalize(view + light);
    float facing = max(dot(normal, view), 0.05), lit = max(dot(normal, light), 0.0);
    float a2 = pow(roughness, 4.0), peak = pow(max(dot(normal, halfway), 0.0), 2.0) * (a2 - 1.0) + 1.0;
    float k = (roughness + 1.0) * (roughness + 1.0) / 8.0;
    float visibility = 0.25 / ((facing * (1.0 - k) + k) * (lit * (1.0 - k) + k));
    float fresnel = 0.04 + 0.96 * pow(1.0 - max(dot(halfway, view), 0.0), 5.0);
    return a2 / (peak * peak) * visibility * fresnel * lit;
}

void main() {
    vec3 albedo = texture(albedo_texture, texture_uv).rgb * material_colour * vertex_tint;
    vec3 view = normalize(eye - world_position);
    vec3 normal = normalize(gl_FrontFacing ? world_normal : -world_normal);
    vec3 smooth_normal = normal;
    if (gloss.w > 0.0) normal = bumped(normal, dFdx(world_position), dFdy(world_position));
    float open = texture(occlusion_texture, gl_FragCoord.xy / image_size).r;
    vec3 bleeding = BLEEDING * gloss.z;

    vec3 diffuse = environment_towards(normal) * mix(vec3(open), pow(vec3(open), vec3(0.7, 1.0, 1.05)), gloss.z);
    float rim = pow(1.0 - max(dot(normal, view), 0.0), 5.0) * (1.0 - gloss.x * 0.7);
    vec3 shine = environment_towards(reflect(-view, normal)) * open * (0.04 + 0.5 * rim);
    for (int i = 0; i < lights; i++) {
        vec3 towards = light_positions[i].xyz - light_positions[i].w * world_position;
        vec3 strength = light_colours[i] / mix(1.0, dot(towards, towards), light_positions[i].w);
        vec3 light = normalize(towards);
        float facing = dot(normal, light);
        // Light wraps around the terminator, more so the red (Penner and Borshukov, GPU Pro 2, simplified).
        vec3 lit = max(facing + bleeding, 0.0) / (1.0 + bleeding);
        lit *= mix(vec3(1.0), lit, bleeding);
        float shadow = 1.0;
        if (i == 0 && dot(smooth_normal, light) > -0.45) shadow = lit_share(world_position, smooth_normal, light);
        vec3 reached = mix(vec3(shadow), pow(vec3(shadow), vec3(0.65, 1.0, 1.1)), gloss.z);
        if (i > 0) reached *= 0.4 + 0.6 * open;
        diffuse += strength * lit * reached;
        shine += strength * shadow * specular(normal, view, light, gloss.x);
    }
    colour = vec4(albedo * (diffuse + emission) + gloss.y * 2.0 * shine, 1.0);
}
