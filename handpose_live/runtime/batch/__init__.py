"""Files and folders flow in; an annotated video and a landmark file for each flow out."""
