"""Random numbers and a render configuration flow in; rendered hands with exact labels flow out."""
