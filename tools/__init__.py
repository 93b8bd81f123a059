"""Tools for developers: catalogues and icons. None of them is needed to run the product."""
