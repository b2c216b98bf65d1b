"""Images and the parameters of a camera's flaws flow in; blurred and compressed images flow out."""
