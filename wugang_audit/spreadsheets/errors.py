"""What is raised for a file that cannot be read, whatever its format."""

SAVE_AS = "请用 Excel 或 WPS 打开，另存为“Excel 工作簿（*.xlsx）”后再上传"


class Unreadable(Exception):
    """A file that cannot be read as a table: what is wrong, and how to fix it (both short Chinese)."""

    def __init__(self, problem: str, fix: str) -> None:
        super().__init__(problem, fix)
        self.problem, self.fix = problem, fix
