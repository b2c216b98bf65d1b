#version 330
flat in int hand_index;
in float depth;
out vec2 depth_and_hand;

void main() {
    depth_and_hand = vec2(depth, hand_index);
}
