"""How the screens say things: one template tag library, `handrail`."""
