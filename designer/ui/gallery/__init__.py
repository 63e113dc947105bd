"""The gallery of templates: cards with a picture, the story of the chosen one, and a search over all."""
