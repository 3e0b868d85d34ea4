"""The XAPI that benchmarks ask is a pool of the size they name, in a process of its own."""

from tests.bench.xapi_server import xapi_server
from tests.demo.xapi_pool import Json, Xml


async def test_a_pool_of_any_size_answers_from_another_process() -> None:
    async with xapi_server(hosts=4, srs=10, vms=30) as path:
        client = Json(path)
        session = await client.login()
        sizes = {
            kind: len(await client.call(f"{kind}.get_all_records", session))
            for kind in ("host", "SR", "PBD", "VM")
        }
        by_xml = await Xml(path).call("SR.get_all_records", session)
        client.close()
    assert sizes == {"host": 4, "SR": 10, "PBD": 40, "VM": 30}
    assert len(by_xml) == 10
