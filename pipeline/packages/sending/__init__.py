"""Mail drafts that take the papers to those whom they are for; nothing here sends anything."""
