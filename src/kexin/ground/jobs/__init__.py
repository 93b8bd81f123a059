"""Jobs: background work in slices with progress, resume and cancel; announcements kept as rows until they are heard."""
