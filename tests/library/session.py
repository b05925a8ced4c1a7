"""A session with the Python bindings: session.py OLD NEW PID, of which PID runs OLD."""

import sys

import strongupdate as su


def main(old: str, new: str, pid: int) -> None:
    told: list[str] = []
    data = su.build(old, new, progress=told.append)
    assert "deriving checkpoints" in told, told

    with su.Patch.from_bytes(data) as patch:
        assert [(one.name, one.change) for one in patch.functions] == [("main", "changed")]
        assert len(patch.checkpoints) == patch.info.checkpoint_count > 0
        first = patch.checkpoints[0]
        assert patch.functions[first.function].name == "main"
        assert any(one.direction == su.Direction.REVERT for one in patch.checkpoints)
        assert len(patch.values) and all(one.to for one in patch.values)

        assert su.check(patch, [pid]).processes[0].threads[0].ready
        report = su.apply(patch, [pid])
        assert report.processes[0].outcome == su.Outcome.UPDATED
        assert report.pause_us > 0
        assert [entry.state for entry in su.status(pid).entries] == ["applied"]
        assert su.files(pid).files[0].running_build_id == patch.info.new_build_id
        again = su.apply(patch, [pid]).processes
        assert [(one.pid, one.outcome) for one in again] == [(pid, su.Outcome.UNCHANGED)], again
        try:
            su.check(patch, [pid, 1])
        except su.Refused as refusal:
            assert refusal.exit == su.Exit.REFUSED and refusal.report
            assert {one.pid for one in refusal.report.processes} >= {pid}
        else:
            raise AssertionError("process 1 runs another program")
        try:
            su.revert(None, [pid], is_cancelled=lambda: True)
        except su.Refused as refusal:
            assert refusal.reason == "cancelled", refusal
        else:
            raise AssertionError("cancelled, and done")
        su.revert(patch, [pid])
        assert not su.recover(pid).rolled_back
    assert pid in su.list_processes()
    try:
        patch.functions
    except ValueError:
        print("done")


main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
