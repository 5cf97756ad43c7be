"""The public: pages and downloads. `public.py` holds the only list of fields that leave the house."""
