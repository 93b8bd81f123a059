"""Frame: what all surfaces share: page components, access, masking, error rendering, formats."""
