"""A signature drawn by hand: one picture."""

from metadata.field_types.file import File
from metadata.model import Label


class Signature(File):
    key = "signature"
    label = Label("手写签名", "Signature")
    most = 1
