"""Files and folders flow in; an annotated video and a landmark file of each flow out."""
