"""Pictures of a record, nine at most."""

from metadata.field_types.file import File
from metadata.model import Label


class Image(File):
    key = "image"
    label = Label("图片", "Images")
    most = 9
