"""Objects of the company's own can what those that ship can (FLD-11)."""

from tests.harness.client import Client
from tests.harness.company import TestCompany
from tests.harness.metadata import (
    CREATE,
    CREATE_OBJECT,
    applied,
    change,
    differences,
    field,
    is_gone,
    of_object,
    problems,
)


def make(client: Client, zh: str, **rest: object) -> str:
    name: str = applied(client, CREATE_OBJECT, f={"label": {"zh": zh}, **rest})["name"]
    return name


def create(client: Client, type_name: str, **values: object) -> str:
    query = f"""mutation($i: {type_name}Input!) {{
      create{type_name}(input: $i) {{ record {{ id }} }} }}"""
    id: str = client.run(query, i=values)[f"create{type_name}"]["record"]["id"]
    return id


def test_a_new_object_is_in_the_api_of_both_servers_with_all_it_can(company: TestCompany) -> None:
    admin = company.client("admin")
    assert make(admin, "项目") == "xiangMu"
    applied(
        admin,
        CREATE,
        o="xiangMu",
        f=field("客户", "relation", name="customer", target="customer", inverse="xiangMus"),
    )
    applied(
        admin,
        CREATE,
        o="contract",
        f=field("项目", "relation", name="xiangMu", target="xiangMu", inverse="contracts"),
    )
    customer = create(admin, "Customer", name="项目客户")
    project = create(admin, "XiangMu", name="一号项目", customer=customer)
    admin.run(
        'mutation($r: ID!) { createFollowUp(input: {record: $r, text: "第一次"}) { record { id } } }',
        r=project,
    )
    found = company.client("admin", 1).run(
        """{ xiangMus(search: "yihao", where: {customer: {is: {name: {eq: "项目客户"}}}}) {
             nodes { id owner { name } followUps { nodes { text record { id } } }
                     contracts { totalCount } operationLog { nodes { action } } } }
           customers(where: {xiangMus: {some: {name: {eq: "一号项目"}}}}) {
             nodes { id xiangMus { nodes { name } } } }
           xiangMuGroups(groupBy: [{customer: {name: true}}]) { count } }"""
    )
    assert found["xiangMus"]["nodes"] == [
        {
            "id": project,
            "owner": {"name": "管理员"},
            "followUps": {"nodes": [{"text": "第一次", "record": {"id": project}}]},
            "contracts": {"totalCount": 0},
            "operationLog": {"nodes": [{"action": "create"}, {"action": "derive"}]},
        }
    ]
    assert found["customers"]["nodes"] == [
        {"id": customer, "xiangMus": {"nodes": [{"name": "一号项目"}]}}
    ]
    assert found["xiangMuGroups"] == [{"count": 1}]
    assert differences(company) == []


def test_roles_see_nothing_of_it_until_they_have_actions(company: TestCompany) -> None:
    admin, alice = company.client("admin"), company.client("alice")
    name = make(admin, "样品", name="sample")
    create(admin, "Sample", name="一号样品")
    assert alice.refused("{ samples { totalCount } }").code == "FORBIDDEN"
    role = company.value("select id from {s}.role where key = 'salesperson'")
    admin.run(
        """mutation($r: ID!, $o: String!) { setRoleActions(role: $r, actions:
             [{object: $o, actions: ["read", "create", "update", "delete"]}]) }""",
        r=f"Role:{role}",
        o=name,
    )
    own = create(alice, "Sample", name="二号样品")
    assert alice.run("{ samples { nodes { id } } }")["samples"]["nodes"] == [{"id": own}]
    gone = alice.run("mutation($i: [ID!]!) { deleteSamples(ids: $i) { done } }", i=[own])
    assert gone["deleteSamples"]["done"] == [own]
    alice.run("mutation($i: [ID!]!) { restoreSamples(ids: $i) { done } }", i=[own])
    assert alice.run("{ samples { totalCount } }")["samples"]["totalCount"] == 1


def test_a_deleted_object_comes_back_with_its_records_and_relations(company: TestCompany) -> None:
    admin = company.client("admin")
    make(admin, "设备", name="device")
    relation = field("设备", "relation", name="device", target="device", inverse="visits")
    applied(admin, CREATE, o="visit", f=relation)
    device = create(admin, "Device", name="泵")
    create(admin, "FollowUp", record=device, text="看过")
    dry = applied_impact(admin, "device")
    assert ("field", "visit.device") in dry
    applied(admin, of_object("deleteObject"), n="device")
    assert differences(company) == []
    for server in (0, 1):
        client = company.client("admin", server)
        assert is_gone(client, "{ devices { totalCount } }")
        texts = client.run("{ followUps { nodes { text record { id } } } }")["followUps"]["nodes"]
        assert "看过" not in [each["text"] for each in texts]
        node = client.post("query($i: ID!) { node(id: $i) { id } }", {"i": device}).json()
        assert node["data"] is None or node["data"]["node"] is None
    applied(admin, of_object("restoreObject"), n="device")
    found = company.client("admin", 1).run(
        "{ devices { nodes { id followUps { totalCount } visits { totalCount } } } }"
    )
    assert found["devices"]["nodes"] == [
        {"id": device, "followUps": {"totalCount": 1}, "visits": {"totalCount": 0}}
    ]
    assert differences(company) == []


def applied_impact(client: Client, name: str) -> set[tuple[str, str]]:
    query = of_object("deleteObject")
    found = client.run(query, n=name, dry=True)["deleteObject"]
    return {(each["kind"], each["name"]) for each in found["impact"]}


def test_a_purged_object_leaves_nothing_but_its_name(company: TestCompany) -> None:
    admin = company.client("admin")
    make(admin, "临时", name="temporary")
    create(admin, "Temporary", name="一")
    assert problems(admin, of_object("purgeObject"), n="temporary") == [("name", "NOT_DELETED")]
    applied(admin, of_object("deleteObject"), n="temporary")
    applied(admin, of_object("purgeObject"), n="temporary")
    assert problems(admin, of_object("restoreObject"), n="temporary") == [
        ("name", "UNKNOWN_OBJECT")
    ]
    taken = {"label": {"zh": "临时"}, "name": "temporary"}
    told = {each["message"] for each in change(admin, CREATE_OBJECT, f=taken)["problems"]}
    why = "stays with a deleted object: the operation log still speaks of it"
    assert told == {f"The name temporary {why}", f"The name temporarys {why}"}
    living = {"label": {"zh": "客户"}, "name": "customer"}
    told = {each["message"] for each in change(admin, CREATE_OBJECT, f=living)["problems"]}
    assert "The name customer is taken" in told
    assert differences(company) == []


def test_names_that_others_have_are_refused(company: TestCompany) -> None:
    admin = company.client("admin")
    for name in ("customer", "Customer", "customers", "CUSTOMERS", "customerGroup", "query"):
        answer = {"label": {"zh": "重名"}, "name": name}
        assert problems(admin, CREATE_OBJECT, f=answer), name
    # its mutation would be createField, its type RecordFilter
    for name in ("field", "recordFilter", "metadata", "viewer", "session"):
        answer = {"label": {"zh": "重名"}, "name": name}
        assert problems(admin, CREATE_OBJECT, f=answer)[0][1] == "NAME_TAKEN", name


def test_objects_that_ship_stay(company: TestCompany) -> None:
    admin = company.client("admin")
    assert problems(admin, of_object("deleteObject"), n="customer") == [("name", "NOT_DELETABLE")]
    relabel = """mutation { updateObject(name: "customer", input: {label: {zh: "客户档案"}}) {
      applied problems { code } } }"""
    assert admin.run(relabel)["updateObject"]["applied"]
    labels = company.client("admin", 1).run("{ metadata { objects { name label } } }")
    assert {"name": "customer", "label": "客户档案"} in labels["metadata"]["objects"]
