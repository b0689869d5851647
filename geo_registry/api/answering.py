"""Answers that are described in the OpenAPI document and checked in every test.

A route says what it answers: ``response_model=said(FindingPage)``. The document then names the
model, from which the client of the web is generated; what the service gave leaves as it is. The
tests switch :data:`checking` on, and an answer that departs from its model fails the test that
asked for it. At run time a forgotten key is no reason to tell a person that nothing was done.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


class Answer(BaseModel):
    """What a route answers: every key is declared; one with a default may be absent."""

    model_config = ConfigDict(extra="forbid")


@dataclass(slots=True)
class Checking:
    """Whether answers are held against their models; on in the tests."""

    on: bool = False


checking = Checking()


@dataclass(frozen=True, slots=True)
class Said:
    """Marks an answer as described by a model (or a list of models) without changing it."""

    model: Any

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        """Let everything through as it is; in the tests only what fits."""
        as_it_is = core_schema.plain_serializer_function_ser_schema(
            lambda value: value, return_schema=core_schema.any_schema()
        )
        described = handler.generate_schema(self.model)
        return core_schema.no_info_wrap_validator_function(
            _checked, described, serialization=as_it_is
        )

    def __get_pydantic_json_schema__(
        self, schema: Any, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The model's own schema."""
        return handler({key: part for key, part in schema.items() if key != "serialization"})


def _checked(value: Any, fits: core_schema.ValidatorFunctionWrapHandler) -> Any:
    if checking.on:
        fits(value)
    return value


def said(model: Any) -> Any:
    """The ``response_model`` of a route that answers as a model describes."""
    return Annotated[Any, Said(model)]
