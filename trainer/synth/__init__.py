"""Random numbers flow in; rendered hands with exact labels flow out."""
