"""Files: attachments and uploads: sniffed, stored under random names, served as downloads."""
