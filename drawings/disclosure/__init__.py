"""The public: pages and downloads. What they may read is named in `public_fields` and nowhere else."""
