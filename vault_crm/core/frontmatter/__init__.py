"""The frontmatter: finding it, reading its properties with their places, changing one of them.

Where it is: `block`; what its YAML says: `handler`, `nodes`, `problems`, `salvage`; properties and
diagnostics: `read`; changing one and proving it: `edit`, `listedit`, `opened`, `proof`, `scalars`,
`listtext`.
"""

from __future__ import annotations
