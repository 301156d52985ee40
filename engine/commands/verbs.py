"""The table of verbs: which stages serve which command."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.commands import (
    add_follow_up,
    add_team_members,
    batch_update,
    copy_role,
    create_record,
    create_scene,
    delete_records,
    delete_scene,
    follow,
    leave_team,
    order_scenes,
    purge_records,
    remove_team_members,
    restore_records,
    scene_rights,
    set_field_access,
    set_list_settings,
    set_role_actions,
    set_user_roles,
    set_user_status,
    share_scene,
    update_record,
    update_scene,
    update_team_member,
    upsert_record,
)
from engine.commands import command as c
from engine.commands import scene_commands as s
from engine.commands.work import Work
from engine.rules.organisation import ORGANISATION


def _by_object(command: Any) -> bool:
    return command.object in ORGANISATION


def _by_id(command: Any) -> bool:
    return command.id.object in ORGANISATION


def _never(command: Any) -> bool:
    return False


def _always(command: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Verb:
    """`authorise` looks at no row; `run` locks, loads, decides and writes.

    `moves_rights` says whether the command must be alone in the company's organisation.
    """

    authorise: Callable[[Work, Any], None]
    run: Callable[[Work, Any], c.Outcome]
    moves_rights: Callable[[Any], bool] = _never


VERBS: Mapping[type, Verb] = {
    c.CreateRecord: Verb(create_record.authorise_create, create_record.run_create, _by_object),
    c.UpdateRecord: Verb(update_record.authorise_update, update_record.run_update, _by_id),
    c.UpsertRecord: Verb(upsert_record.authorise_upsert, upsert_record.run_upsert, _by_object),
    c.BatchUpdate: Verb(batch_update.authorise_batch, batch_update.run_batch, _by_object),
    c.DeleteRecords: Verb(delete_records.authorise_delete, delete_records.run_delete, _by_object),
    c.RestoreRecords: Verb(
        restore_records.authorise_restore, restore_records.run_restore, _by_object
    ),
    c.PurgeRecords: Verb(purge_records.authorise_purge, purge_records.run_purge, _by_object),
    c.AddTeamMembers: Verb(add_team_members.authorise_add, add_team_members.run_add),
    c.UpdateTeamMember: Verb(
        update_team_member.authorise_update_member, update_team_member.run_update_member
    ),
    c.RemoveTeamMembers: Verb(remove_team_members.authorise_remove, remove_team_members.run_remove),
    c.LeaveTeam: Verb(leave_team.authorise_leave, leave_team.run_leave),
    c.Follow: Verb(follow.authorise_follow, follow.run_follow),
    c.Unfollow: Verb(follow.authorise_follow, follow.run_unfollow),
    c.AddFollowUp: Verb(add_follow_up.authorise_follow_up, add_follow_up.run_follow_up),
    c.SetUserRoles: Verb(set_user_roles.authorise_roles, set_user_roles.run_roles, _always),
    c.SetUserStatus: Verb(set_user_status.authorise_status, set_user_status.run_status, _always),
    c.SetRoleActions: Verb(set_role_actions.authorise_role, set_role_actions.run_actions, _always),
    c.SetFieldAccess: Verb(
        set_role_actions.authorise_role, set_field_access.run_field_access, _always
    ),
    c.CopyRole: Verb(copy_role.authorise_copy, copy_role.run_copy, _always),
    s.CreateScene: Verb(create_scene.authorise_create, create_scene.run_create),
    s.UpdateScene: Verb(scene_rights.authorise_own, update_scene.run_update),
    s.DeleteScene: Verb(scene_rights.authorise_own, delete_scene.run_delete),
    s.ShareScene: Verb(scene_rights.authorise_own, share_scene.run_share),
    s.SetListSettings: Verb(set_list_settings.authorise_settings, set_list_settings.run_settings),
    s.OrderScenes: Verb(set_list_settings.authorise_settings, order_scenes.run_order),
    s.SetDefaultScene: Verb(set_list_settings.authorise_settings, order_scenes.run_default),
}
