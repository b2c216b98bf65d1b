"""Colours, icons, the logo and common controls: the theme flows in, styled widgets and a change signal flow out."""
