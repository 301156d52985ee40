"""The compiler's tests share the golden cases' company."""

from tests.golden.conftest import crm

__all__ = ["crm"]
