"""The joints and their order."""

from itertools import pairwise

from handpose_live.types.skeleton import BONES, FINGERS, INDEX_TIP, JOINT_COUNT, JOINT_NAMES, KNUCKLES, THUMB_TIP, WRIST


def test_there_are_21_joints_with_unique_names() -> None:
    assert JOINT_COUNT == len(JOINT_NAMES) == len(set(JOINT_NAMES)) == 21


def test_joints_are_in_the_order_of_freihand() -> None:
    assert JOINT_NAMES[0] == "wrist"
    for finger, first in zip(("thumb", "index", "middle", "ring", "little"), (1, 5, 9, 13, 17), strict=True):
        names = JOINT_NAMES[first : first + 4]
        assert all(name.startswith(f"{finger}_") for name in names)
        assert names[-1] == f"{finger}_tip"


def test_fingers_cover_all_joints_but_the_wrist() -> None:
    joints = [joint for finger in FINGERS for joint in finger.joints]
    assert joints == list(range(1, 21))
    assert all(JOINT_NAMES[joint].startswith(finger.name) for finger in FINGERS for joint in finger.joints)


def test_a_finger_s_chain_runs_from_the_wrist_to_its_tip() -> None:
    for finger in FINGERS:
        assert finger.chain[0] == WRIST
        assert JOINT_NAMES[finger.chain[-1]].endswith("_tip")
        assert set(pairwise(finger.chain)) <= set(BONES)


def test_20_bones_lead_to_every_joint_once() -> None:
    assert len(BONES) == 20
    assert sorted(end for _, end in BONES) == list(range(1, 21))


def test_named_joints_have_the_matching_index() -> None:
    assert JOINT_NAMES[THUMB_TIP] == "thumb_tip"
    assert JOINT_NAMES[INDEX_TIP] == "index_tip"
    assert [JOINT_NAMES[joint] for joint in KNUCKLES] == ["index_mcp", "middle_mcp", "ring_mcp", "little_mcp"]
