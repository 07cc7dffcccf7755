r"""A service is handed no device that opens the host.

A device is the host's own: who may write to its disk may write any file there, past every permission, and who may write to its memory
needs nothing else. Where one is needed, let a small service of its own have it, with limits and no network.

A disk, and the kernel's own doors:

```yaml compose.yaml fails
services:
  backup:
    image: acme/backup:1.2.0
    devices:
      - «/dev/sda:/dev/sda»
      - «/dev/mapper/data»
  logs:
    image: acme/logs:1.2.0
    devices: ["«/dev/kmsg:/dev/kmsg:r»", "«/dev/mem»"]
```

File systems of user space are one of these doors, and so are tunnels, virtual machines and keyboards:

```yaml compose.prod.yaml fails
services:
  files:
    image: acme/mount:1.2.0
    cap_add: [SYS_ADMIN]
    devices:
      - «/dev/fuse»
  vpn:
    image: acme/vpn:1.2.0
    devices:
      - source: «/dev/net/tun»
        target: /dev/net/tun
        permissions: rwm
```

All of them, or all of a kind:

```yaml compose.yaml fails
services:
  all:
    image: acme/all:1.2.0
    devices:
      - «/dev:/dev»
  disks:
    image: acme/disks:1.2.0
    device_cgroup_rules:
      - "«b *:* rwm»"
```

Graphics cards, sound, cameras and serial ports are what such services are there for, and hold nothing of the host:

```yaml compose.yaml passes
services:
  video:
    image: acme/video:1.2.0
    devices:
      - /dev/dri:/dev/dri
      - /dev/nvidia0
      - /dev/video0:/dev/video0
      - /dev/snd
  home:
    image: acme/home:1.2.0
    devices:
      - /dev/ttyUSB0:/dev/ttyACM0
      - /dev/serial/by-id/usb-0658_0200-if00:/dev/zwave
      - ${STICK}:/dev/ttyUSB1
  model:
    image: acme/model:1.2.0
    devices:
      - nvidia.com/gpu=all
    device_cgroup_rules:
      - "c 188:* rmw"
    deploy:
      resources:
        reservations:
          devices:
            - capabilities: [gpu]
```

Where people develop and test:

```yaml compose.test.yaml passes
services:
  emulator:
    image: acme/emulator:1.2.0
    devices:
      - /dev/kvm
```

A policy can allow what a repository is there for:

```yaml compose.yaml passes allowed=/dev/net/tun,/dev/dri*
services:
  vpn:
    image: acme/vpn:1.2.0
    devices:
      - /dev/net/tun
```

## Options

- `allowed`: globs of the devices of the host that services may be handed.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from deployflow_gate.lint import Problem, Severity, rule
from deployflow_gate.model.compose.values import items_of, text_of
from deployflow_gate.regex import regex
from deployflow_gate.syntax.yaml import Mapping
from deployflow_gate.text import UNKNOWN

if TYPE_CHECKING:
    from deployflow_gate.model.compose import Service
    from deployflow_gate.text import Text

HARMLESS = (
    "/dev/dri", "/dev/dri/*", "/dev/nvidia*", "/dev/kfd", "/dev/dxg", "/dev/accel*", "/dev/apex_*", "/dev/mali*", "/dev/vchiq",
    "/dev/vcsm*", "/dev/snd", "/dev/snd/*", "/dev/video*", "/dev/v4l*", "/dev/media*", "/dev/dvb*", "/dev/cec*", "/dev/sr*",
    "/dev/cdrom", "/dev/tty[A-Z]*", "/dev/serial*", "/dev/bus/usb*", "/dev/hidraw*", "/dev/i2c*", "/dev/spi*", "/dev/gpio*",
    "/dev/rtc*", "/dev/usb/*", "/dev/lp*", "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
    "/dev/galcore", "/dev/rga", "/dev/mpp_service", "/dev/dma_heap*", "/dev/infiniband*", "/dev/hpet",
    "/dev/rfkill",
)  # fmt: skip
"""Devices that hold nothing of the host: hardware that a service is there for, and those that every container has."""

OPENS = (
    (r"/dev/?", "every device of the host"),
    (r"/dev/(?:sd[a-z]+|vd[a-z]+|xvd[a-z]+|hd[a-z]+|nvme\d|mmcblk|md|dm-|loop|mapper|disk|block|nbd|zd|zvol|root|zfs).*",
     "a disk of the host, with every file on it"),
    (r"/dev/(?:mem|kmem|port)", "the host's memory"),
    (r"/dev/(?:kmsg|cpu/.*|msr.*)", "the host's kernel"),
    (r"/dev/fuse", "file systems that the kernel mounts for it"),
    (r"/dev/net/tun", "network interfaces that the kernel makes for it"),
    (r"/dev/(?:kvm|vhost-.*|vfio.*)", "the host's processor as a virtual machine has it"),
    (r"/dev/(?:input.*|uinput|console|tty\d*)", "the host's keyboard and console"),
)  # fmt: skip
"""What is behind a device; others are told of without."""

_OPENS = tuple((regex(pattern), what) for pattern, what in OPENS)
_ALL_OF_A_KIND = regex(r"(?:a|[bc]\s+\*:\*)(?:\s.*)?")


@rule(Severity.WARNING, seeds=("004:13",), aliases=("compose-lint:CL-0016",))
def check(service: Service, *, allowed: tuple[str, ...] = HARMLESS) -> Iterator[Problem]:
    if service.development:
        return
    for text in _devices(service):
        device = text.sketch.partition(":")[0].rstrip("/")
        if UNKNOWN in device or not device.startswith("/") or any(fnmatchcase(device, glob) for glob in allowed):
            continue
        behind = next((what for pattern, what in _OPENS if pattern.fullmatch(device)), None)
        said = f"`{device}` of the host is handed to the service{f': {behind}' if behind else ''}."
        yield Problem(text.span, said)
    for text in service.texts("device_cgroup_rules"):
        if _ALL_OF_A_KIND.fullmatch(text.sketch.strip()):
            yield Problem(
                text.span, f"`{text.sketch}` lets the service make and use any device of the host of its kind."
            )


def _devices(service: Service) -> Iterator[Text]:
    """What is written as the host's device: the whole of the short form, `source` of the long one."""
    for item in items_of(service.node("devices")):
        node = item.get("source") if isinstance(item, Mapping) else item
        text = text_of(node, service.file.variables)
        if text is not None:
            yield text
