"""Errors of the REST API: the words and shapes are those of the recorded store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

Json = dict[str, Any]


class RestError(Exception):
    """An answer other than the one that was hoped for. `data` is usually an object, once in a while only a number."""

    def __init__(self, status: int, code: str, message: str, data: object = None) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.data = {"status": status} if data is None else data

    @property
    def body(self) -> Json:
        """The JSON of the error."""
        return {"code": self.code, "message": self.message, "data": self.data}


def refuse(status: int, code: str, message: str, **extra: object) -> NoReturn:
    """Raises the error, with the extra members in its data."""
    raise RestError(status, code, message, {"status": status, **extra})


def invalid(faults: Mapping[str, Json]) -> RestError:
    """400: parameters that are wrong, each with what is wrong."""
    params = {name: detail["message"] for name, detail in faults.items()}
    data = {"status": 400, "params": params, "details": dict(faults)}
    return RestError(400, "rest_invalid_param", f"Invalid parameter(s): {', '.join(faults)}", data)


def missing(names: Sequence[str]) -> RestError:
    """400: parameters that must be there."""
    data = {"status": 400, "params": list(names)}
    return RestError(400, "rest_missing_callback_param", f"Missing parameter(s): {', '.join(names)}", data)


def invalid_json() -> RestError:
    """400: the body is no JSON."""
    data = {"status": 400, "json_error_code": 4, "json_error_message": "Syntax error"}
    return RestError(400, "rest_invalid_json", "Invalid JSON body passed.", data)


def no_route() -> RestError:
    """404: nothing here, or not by this method."""
    return RestError(404, "rest_no_route", "No route was found matching the URL and request method.")


def unauthenticated(message: str) -> RestError:
    """401: there are credentials and they are wrong."""
    return RestError(401, "woocommerce_rest_authentication_error", message)
