"""A training that was cut off goes on with the same bits as one that was not."""
import random
import signal
import subprocess
import time

HEAD = """
digits = dataset("digits")
model Net { input 8x8x1; conv 8, 3x3, pad=same; batchnorm; relu; maxpool 2; dropout 0.2; flatten; dense 10; softmax }
net = Net()
"""
TRAIN = """h = train net on digits.train, epochs=6, batch=32, optimizer=adam(lr=0.01), augment=[shift(1), rotate(10)],
    schedule=cosine(), validate=digits.test, clip=1.0%s
save(net, "%s.safetensors")
save(tensor(h.step_losses, dtype=float64), "%s.npy")
"""


def write(tmp_path, name, extra=""):
    path = tmp_path / f"{name}.cnnbook"
    path.write_text(HEAD + TRAIN % (extra, name, name))
    return path


def test_killed_at_any_moment_it_goes_on(cnnbook, tmp_path):
    whole = write(tmp_path, "whole")
    started = time.monotonic()
    assert cnnbook("run", whole).code == 0
    duration = time.monotonic() - started
    parts = write(tmp_path, "parts", ', checkpoint="net.safetensors", resume=True')
    moments = random.Random(7)
    for _ in range(8):
        process = subprocess.Popen([cnnbook.path, "run", str(parts)], stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, env=cnnbook.environment())
        time.sleep(moments.uniform(0.1, 0.6) * duration)
        process.send_signal(signal.SIGKILL if moments.random() < 0.7 else signal.SIGINT)
        process.wait()
        # Whatever there is of a checkpoint is a whole one.
        if (tmp_path / "net.safetensors").exists():
            check = tmp_path / "check.cnnbook"
            check.write_text(HEAD + 'load("net.safetensors", into=net)\n')
            assert cnnbook("run", check).code == 0
    result = cnnbook("run", parts)
    assert result.code == 0, result.err
    for ending in ("safetensors", "npy"):
        assert (tmp_path / f"parts.{ending}").read_bytes() == (tmp_path / f"whole.{ending}").read_bytes()
    # Run once more there is nothing to do, and nothing changes.
    assert cnnbook("run", parts).out == ""
    assert (tmp_path / "parts.safetensors").read_bytes() == (tmp_path / "whole.safetensors").read_bytes()


def test_a_checkpoint_in_a_folder_that_is_not_there(cnnbook, tmp_path):
    path = write(tmp_path, "x", ', checkpoint="nowhere/net.safetensors"')
    result = cnnbook("run", path)
    assert result.code != 0
    assert "E0505" in result.err and "nowhere/net.safetensors" in result.err


def test_killed_as_it_writes_it_leaves_nothing(cnnbook, tmp_path):
    """Where the system has files without a name, as Linux does: at any moment of a long write."""
    path = tmp_path / "writes.cnnbook"
    path.write_text('x = randn(20000000)\nwhile True { save(x, "x.npy") }\n')
    moments = random.Random(3)
    for _ in range(3):
        process = subprocess.Popen([cnnbook.path, "run", str(path)], stdout=subprocess.DEVNULL, env=cnnbook.environment())
        time.sleep(0.8 + moments.random())
        process.kill()
        process.wait()
    assert sorted(file.name for file in tmp_path.glob("*.*")) in (["writes.cnnbook"], ["writes.cnnbook", "x.npy"])
    assert not list(tmp_path.glob(".*"))
