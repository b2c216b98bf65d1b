#version 330
const int MAX_LIGHTS = 4;
in vec3 world_position;
in vec3 world_normal;
in vec2 texture_uv;
in vec3 vertex_tint;
uniform vec3 eye;
uniform int lights;
uniform vec4 light_positions[MAX_LIGHTS];  // w is 0 for distant lights
uniform vec3 light_colours[MAX_LIGHTS];
uniform vec3 environment[4];
uniform vec3 material_colour;
uniform vec4 gloss;  // roughness, specular, subsurface, bump
uniform float emission;
uniform sampler2D albedo_texture;
out vec4 colour;

void main() {
    vec3 albedo = texture(albedo_texture, texture_uv).rgb * material_colour * vertex_tint;
    vec3 normal = normalize(gl_FrontFacing ? world_normal : -world_normal);
    vec3 sum = environment[0] + normal.x * environment[1] + normal.y * environment[2] + normal.z * environment[3];
    for (int i = 0; i < lights; i++) {
        vec3 towards = light_positions[i].xyz - light_positions[i].w * world_position;
        float fall = light_positions[i].w > 0.0 ? 1.0 / dot(towards, towards) : 1.0;
        sum += light_colours[i] * fall * max(dot(normal, normalize(towards)), 0.0);
    }
    vec3 halfway = normalize(normalize(eye - world_position) + normalize(light_positions[0].xyz));
    float shine = gloss.y * pow(max(dot(normal, halfway), 0.0), 2.0 / max(gloss.x * gloss.x, 0.01)) * 0.3;
    shine += 0.0 * (gloss.z + gloss.w);
    colour = vec4(albedo * (sum + emission) + shine * light_colours[0], 1.0);
}
