// Smooths the steps of outlines: along an edge, which lies across the slope of the brightness, the mean of a few px.
// The flatter the edge, the longer its steps, and the farther apart are these px (after Lottes, "FXAA", 2009).
#version 330
const float LEAST_CONTRAST = 0.08;  // of the brightness around a px
const float LONGEST_PX = 6.0;
uniform sampler2D colour_texture;  // and brightness
out vec4 smoothed;

float brightness(ivec2 px) {
    ivec2 inside = clamp(px, ivec2(0), textureSize(colour_texture, 0) - 1);
    return texelFetch(colour_texture, inside, 0).a;
}

vec4 colour(vec2 px) {
    return texture(colour_texture, px / vec2(textureSize(colour_texture, 0)));
}

void main() {
    ivec2 px = ivec2(gl_FragCoord.xy);
    vec4 here = texelFetch(colour_texture, px, 0);
    vec4 corners = vec4(
        brightness(px + ivec2(-1, -1)), brightness(px + ivec2(1, -1)),
        brightness(px + ivec2(-1, 1)), brightness(px + ivec2(1, 1)));
    float low = min(here.a, min(min(corners.x, corners.y), min(corners.z, corners.w)));
    float high = max(here.a, max(max(corners.x, corners.y), max(corners.z, corners.w)));
    if (high - low > LEAST_CONTRAST * high) {
        vec2 slope = vec2(corners.y + corners.w - corners.x - corners.z, corners.z + corners.w - corners.x - corners.y);
        vec2 along = vec2(-slope.y, slope.x);
        vec2 size = abs(along);
        along *= 0.5 * min(1.0 / max(min(size.x, size.y), 1e-6), LONGEST_PX / max(max(size.x, size.y), 1e-6));
        vec4 near = 0.5 * (colour(gl_FragCoord.xy - along / 3.0) + colour(gl_FragCoord.xy + along / 3.0));
        vec4 far = 0.5 * near + 0.25 * (colour(gl_FragCoord.xy - along) + colour(gl_FragCoord.xy + along));
        // The farther px may lie on something else.
        here = far.a < low || far.a > high ? near : far;
    }
    smoothed = here;
}
