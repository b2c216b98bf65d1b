"""Folders in FreiHAND's layout flow in; batches of training crops flow out."""
