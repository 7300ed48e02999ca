"""Makes session-by-h5py.nwb with h5py 3.7: what other programs write and Marey does not, in the layout of NWB 2.6 with ndx-pose 0.1."""

import uuid
import h5py
import numpy as np

ids = iter(range(1000))


def typed(node, kind, namespace="core", **attributes):
    node.attrs["neurodata_type"] = kind
    node.attrs["namespace"] = namespace
    node.attrs["object_id"] = str(uuid.UUID(int=next(ids)))
    for name, value in attributes.items():
        node.attrs[name] = value
    return node


def series(parent, name, kind, data, unit, conversion=1.0, timestamps=None, rate=None, **options):
    group = typed(parent.create_group(name), kind, description="d", comments="no comments")
    values = group.create_dataset("data", data=data, **options)
    values.attrs["unit"] = unit
    values.attrs["conversion"] = np.float32(conversion)
    if timestamps is not None:
        times = group.create_dataset("timestamps", data=timestamps)
        times.attrs["interval"] = np.int32(1)
        times.attrs["unit"] = "seconds"
    if rate is not None:
        start = group.create_dataset("starting_time", data=0.5)
        start.attrs["rate"] = np.float32(rate)
        start.attrs["unit"] = "seconds"
    return group


with h5py.File("session-by-h5py.nwb", "w", track_order=False) as f:
    typed(f, "NWBFile", nwb_version="2.6.0")
    f["identifier"] = "golden"
    f["session_description"] = "made by h5py"
    f["session_start_time"] = "2024-05-06T07:08:09+02:00"
    f["timestamps_reference_time"] = "2024-05-06T07:08:09+02:00"
    f.create_group("general/devices")
    subject = typed(f.create_group("general/subject"), "Subject")
    subject["subject_id"] = "M7"
    subject["species"] = "Mus musculus"
    subject["sex"] = "M"
    subject["weight"] = "25 g"
    acquisition = f.create_group("acquisition")
    counts = np.arange(24, dtype=np.int16).reshape(12, 2)
    series(acquisition, "emg", "ElectricalSeries", counts, "volts", 1e-6, rate=29.97,
           chunks=(5, 1), compression="gzip", shuffle=True)
    series(acquisition, "torque", "TimeSeries", np.linspace(0, 1, 5, dtype="f4"), "newton-furlongs", 0.5,
           timestamps=np.arange(5) / 4)
    video = series(acquisition, "video", "ImageSeries", np.zeros((0, 0, 0), "u1"), "n/a", rate=30)
    video.create_dataset("external_file", data=["mouse.mp4"], dtype=h5py.string_dtype())
    f.create_group("analysis")
    f.create_group("stimulus/presentation")
    f.create_group("stimulus/templates")
    behavior = typed(f.create_group("processing/behavior"), "ProcessingModule", description="b")
    pose = typed(behavior.create_group("PoseEstimation"), "PoseEstimation", "ndx-pose")
    pose.create_dataset("nodes", data=["nose", "ear"], dtype=h5py.string_dtype())
    pose["edges"] = np.array([[0, 1]], "u1")
    for k, name in enumerate(["ear", "nose"]):
        xy = np.array([[k, 1], [np.nan, np.nan], [k + 4, 5]], "f4")
        s = series(pose, name, "PoseEstimationSeries", xy, "pixels")
        s.attrs["namespace"] = "ndx-pose"
        s["confidence"] = np.array([0.9, 0.1, 0.8], "f4")
        if k == 0:
            times = s.create_dataset("timestamps", data=[0.0, 0.04, 0.5])
            times.attrs["unit"] = "seconds"
        else:
            s["timestamps"] = h5py.SoftLink("/processing/behavior/PoseEstimation/ear/timestamps")
    epochs = typed(behavior.create_group("BehavioralEpochs"), "BehavioralEpochs")
    series(epochs, "running", "IntervalSeries", np.array([1, -1, 1, -1, 1], "i1"), "n/a",
           timestamps=np.array([0.1, 0.2, 0.3, 0.45, 0.9]))
    images = typed(behavior.create_group("Images"), "Images", description="i")
    images["a"] = np.zeros((2, 2), "u1")
    trials = typed(f.create_group("intervals/trials"), "TimeIntervals", description="t",
                   colnames=["start_time", "stop_time", "condition", "score"])
    for name, data in [("start_time", [0.0, 1.0, np.nan]), ("stop_time", [0.5, 1.5, np.nan]), ("score", [1, 2, 3])]:
        trials[name] = data
    trials.create_dataset("condition", data=["go", "stop", "go"], dtype=h5py.string_dtype())
    trials["id"] = [0, 1, 2]
    units = typed(f.create_group("units"), "Units", description="u", colnames=["spike_times", "quality"])
    units["id"] = [3, 8]
    units["spike_times"] = [0.1, 0.3, 0.2, 0.05]
    units["spike_times_index"] = np.array([3, 4], "u1")
    units.create_dataset("quality", data=["good", "mua"], dtype=h5py.string_dtype())
