"""Changes of the metadata: mutations and their payload. Inputs are `metadata_inputs.py`."""

import strawberry

from engine.base.errors import Problem
from engine.base.messages import impact_detail, impact_name, problem_message
from metadata.changes.change import Change, ChangeResult
from metadata.changes.copy_field import CopyField
from metadata.changes.create_field import CreateField
from metadata.changes.create_object import CreateObject
from metadata.changes.delete_field import DeleteField, PurgeField, RestoreField
from metadata.changes.delete_object import DeleteObject, PurgeObject, RestoreObject, UpdateObject
from metadata.changes.reorder_fields import ReorderFields
from metadata.changes.update_field import UpdateField
from metadata.references import Impact
from resolvers.metadata_changes import change_metadata, pending_work
from schema.operations.metadata_inputs import (
    FieldCopyInput,
    FieldInput,
    FieldPatch,
    ObjectInput,
    ObjectPatch,
    attributes,
    field_of_input,
    label_of,
)
from schema.operations.requests import Info, operation


@strawberry.type
class MetadataProblem:
    """Why a change cannot be. `ids` are the first records that stand against it."""

    path: list[str]
    code: str
    message: str
    ids: list[strawberry.ID]


@strawberry.type
class MetadataImpact:
    """Something that uses what is changed: a role, a scene, a formula, an operation of clients. Of
    the kind `background`: what holds only when the work beside the traffic is done."""

    kind: str
    name: str
    detail: str


@strawberry.type
class MetadataChange:
    """What became of a change, or would. `name` is that of the field or object it makes."""

    applied: bool
    version: int
    name: str | None
    problems: list[MetadataProblem]
    impact: list[MetadataImpact]


@strawberry.type
class MetadataStep:
    """Something that a change left to be done for the field `name`. `kind` is `values` (computed
    ones to be filled), `unique`, `index` or `relation` (to be made), `purged` (to be emptied).
    `percent` is how far it is, null while it waits. With a `problem` it was given up, which is told
    until the field changes."""

    kind: str
    object: str
    name: str
    percent: int | None
    problem: MetadataProblem | None


@strawberry.type
class MetadataWorkQueries:
    @operation("What changes of the metadata left to be done beside the traffic.")
    async def metadata_work(self, info: Info) -> list[MetadataStep]:
        language = info.context.language
        return [
            MetadataStep(
                kind=each.kind,
                object=each.object,
                name=each.name,
                percent=each.percent,
                problem=None if each.problem is None else told(each.problem, language),
            )
            for each in await pending_work(info.context)
        ]


@strawberry.type
class FieldMutations:
    @operation("Add a field to an object; it is in the API of every server at once.")
    async def create_field(
        self, info: Info, object: str, input: FieldInput, dry_run: bool = False
    ) -> MetadataChange:
        return await run(info, CreateField(object, field_of_input(input)), dry_run)

    @operation("Change a field. Its name and the values of its options never change.")
    async def update_field(
        self, info: Info, object: str, name: str, input: FieldPatch, *, dry_run: bool = False
    ) -> MetadataChange:
        return await run(info, UpdateField(object, name, attributes(input)), dry_run)

    @operation("Delete a field. It can be restored with its values until it is purged.")
    async def delete_field(
        self, info: Info, object: str, name: str, dry_run: bool = False
    ) -> MetadataChange:
        return await run(info, DeleteField(object, name), dry_run)

    @operation("Bring a deleted field back, with its values.")
    async def restore_field(
        self, info: Info, object: str, name: str, dry_run: bool = False
    ) -> MetadataChange:
        return await run(info, RestoreField(object, name), dry_run)

    @operation("Give up a deleted field and its values for good.")
    async def purge_field(
        self, info: Info, object: str, name: str, dry_run: bool = False
    ) -> MetadataChange:
        return await run(info, PurgeField(object, name), dry_run)

    @operation("Add a field like another one, without its values.")
    async def copy_field(
        self,
        info: Info,
        object: str,
        name: str,
        *,
        input: FieldCopyInput,
        dry_run: bool = False,
    ) -> MetadataChange:
        copy = CopyField(object, name, input.to or object, label_of(input.label), input.name)
        return await run(info, copy, dry_run)

    @operation("Put fields in an order; those not named follow in theirs.")
    async def reorder_fields(
        self, info: Info, object: str, names: list[str], dry_run: bool = False
    ) -> MetadataChange:
        return await run(info, ReorderFields(object, tuple(names)), dry_run)


@strawberry.type
class ObjectMutations:
    @operation("Add an object of the company's own; roles get actions on it afterwards.")
    async def create_object(
        self, info: Info, input: ObjectInput, dry_run: bool = False
    ) -> MetadataChange:
        title = None if input.title is None else label_of(input.title)
        change = CreateObject(label_of(input.label), input.name, input.plural, title)
        return await run(info, change, dry_run)

    @operation("Change an object's label, or the totals below its lists.")
    async def update_object(
        self, info: Info, name: str, input: ObjectPatch, dry_run: bool = False
    ) -> MetadataChange:
        return await run(info, UpdateObject(name, attributes(input)), dry_run)

    @operation("Delete a custom object and the relations to it. It can be restored.")
    async def delete_object(self, info: Info, name: str, dry_run: bool = False) -> MetadataChange:
        return await run(info, DeleteObject(name), dry_run)

    @operation("Bring a deleted object back, with its records and the relations to it.")
    async def restore_object(self, info: Info, name: str, dry_run: bool = False) -> MetadataChange:
        return await run(info, RestoreObject(name), dry_run)

    @operation("Give up a deleted object with all its records for good.")
    async def purge_object(self, info: Info, name: str, dry_run: bool = False) -> MetadataChange:
        return await run(info, PurgeObject(name), dry_run)


async def run(info: Info, change: Change, dry_run: bool) -> MetadataChange:
    """The change as a payload, told in the viewer's language."""
    context = info.context
    return payload(await change_metadata(context, change, dry_run), context.language)


def told(problem: Problem, language: str) -> MetadataProblem:
    return MetadataProblem(
        path=[str(step) for step in problem.path],
        code=problem.code,
        message=problem_message(problem, language),
        ids=[strawberry.ID(id) for id in problem.params.get("ids", ())],
    )


def payload(result: ChangeResult, language: str) -> MetadataChange:
    return MetadataChange(
        applied=result.applied,
        version=result.version,
        name=result.name or None,
        problems=[told(each, language) for each in result.problems],
        impact=[_impact(each, language) for each in result.impact],
    )


def _impact(impact: Impact, language: str) -> MetadataImpact:
    return MetadataImpact(
        kind=impact.kind,
        name=impact_name(impact.kind, impact.name, impact.params, language),
        detail=impact_detail(impact.detail, impact.params, language),
    )
