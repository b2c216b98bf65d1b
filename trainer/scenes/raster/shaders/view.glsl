// From the depth of a px to its place.
uniform sampler2D depth_texture;
uniform vec2 depth_range;  // near, far (m)
uniform vec3 middle_and_focal;  // px
uniform mat4 camera_to_world;

float depth_at(ivec2 px) {
    return texelFetch(depth_texture, px, 0).r;
}

float metres(float depth) {
    if (depth == 1.0) return uintBitsToFloat(0x7F800000u);  // infinite
    return depth_range.x * depth_range.y / (depth_range.y - depth * (depth_range.y - depth_range.x));
}

vec3 camera_position(vec2 px, float depth) {
    return vec3((px - middle_and_focal.xy) / middle_and_focal.z, 1.0) * depth;
}
