"""The names of the splits."""

SPLITS = ("train", "val", "test")
EVALUATION = "evaluation"  # FreiHAND's official test set; its labels are an archive of their own
