"""Policy files: loaded strictly, checked before anything is called."""
