// What is seen in each px, before any light falls on it.
#version 330
in vec3 world_position;
in vec3 world_normal;
in vec2 texture_uv;
in vec3 vertex_tint;
flat in int hand_index;
uniform vec3 material_colour;
uniform vec4 gloss;  // roughness, specular, subsurface, emission
uniform sampler2D albedo_texture;
layout(location = 0) out vec4 albedo;
layout(location = 1) out vec4 normal_and_hand;
layout(location = 2) out vec4 surface_gloss;

#ifdef BUMPS
const float BUMP_TILES = 40.0;  // of the bump texture, for each unit of the texture coordinates
uniform float bump;
uniform sampler2D bump_texture;

// Tilts a normal by the slopes of the bump texture, in a frame of the texture's directions (Schüler, "Normal Mapping
// Without Precomputed Tangents", 2013).
vec3 bumped(vec3 normal, vec3 dx, vec3 dy) {
    vec2 slopes = texture(bump_texture, texture_uv * BUMP_TILES).rg * 2.0 - 1.0;
    vec2 du = dFdx(texture_uv), dv = dFdy(texture_uv);
    vec3 across = cross(dy, normal), along = cross(normal, dx);
    vec3 tangent = across * du.x + along * dv.x, bitangent = across * du.y + along * dv.y;
    float scale = inversesqrt(max(max(dot(tangent, tangent), dot(bitangent, bitangent)), 1e-20));
    return normalize(normal + bump * scale * (slopes.x * tangent + slopes.y * bitangent));
}
#endif

void main() {
    vec3 normal = normalize(gl_FrontFacing ? world_normal : -world_normal);
#ifdef BUMPS
    normal = bumped(normal, dFdx(world_position), dFdy(world_position));
#endif
    albedo = vec4(texture(albedo_texture, texture_uv).rgb * material_colour * vertex_tint, 1.0);
    normal_and_hand = vec4(normal, hand_index);
    surface_gloss = gloss;
}
