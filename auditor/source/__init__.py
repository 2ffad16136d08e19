"""Where resources come from: AWS live, a recorded inventory, an emulated endpoint."""
