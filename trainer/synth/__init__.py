"""Hands made from mathematics: a posable right hand, its body, a camera and exact labels."""
